import { resolve } from 'node:path'
import { createLibrary } from '../connect/library.ts'
import { isFile } from '../connect/regular-file.ts'
import { didYouMean } from '../spec/nearest.ts'
import type { Vendor } from '../spec/vendor.ts'
import { type Arguments, UsageError } from './arguments.ts'
import { quote } from './curl.ts'
import { dialectsOf, optionsFor } from './dialects.ts'
import { PROBLEMS } from './exit-codes.ts'
import { AT, collect, type Collected, WEBHOOKS } from './fixtures/collect.ts'
import { harFiles } from './fixtures/format-har.ts'
import { mswFiles } from './fixtures/format-msw.ts'
import { sparringFiles } from './fixtures/format-sparring.ts'
import { wiremockFiles } from './fixtures/format-wiremock.ts'
import { readSelection } from './fixtures/select.ts'
import { type Files, jsonText } from './fixtures/text.ts'
import { compare, type Difference, INDEX, WRITTEN_BY, writeTree } from './fixtures/tree.ts'
import { folders } from './folders.ts'
import { count, json, type Print } from './print.ts'
import { version } from './version.ts'

const FORMATS: Readonly<Record<string, (collected: readonly Collected[]) => Files>> = {
  sparring: sparringFiles,
  msw: mswFiles,
  wiremock: wiremockFiles,
  har: (collected) => harFiles(collected, version()),
}

/** `sparring fixtures [VENDOR|FILE …] --out DIR` */
export async function run(args: Arguments, print: Print): Promise<number> {
  const out = readOut(args)
  const format = readFormat(args)
  const library = createLibrary({ scenarios: folders(args) })
  const words = args.words.length > 0 ? args.words : library.vendorNames().sort()
  const vendors = new Map(words.map((word) => [word, library.vendor(word)]))
  checkNames(vendors)
  const dialects = dialectsOf(args, new Map([...vendors.values()].map((vendor) => [vendor.name, vendor])), 'fixtures')
  const selection = readSelection(args, [...vendors.values()])
  const collected: Collected[] = []
  for (const [word, { name, operations }] of vendors) {
    let done = 0
    collected.push(
      await collect({
        word,
        options: optionsFor(dialects.get(name)),
        scenarios: folders(args),
        selection,
        onOperation: (id) => print.progress(`${name} ${++done}/${operations.size} ${id}`),
      }),
    )
  }
  print.progress('')
  const files = withIndex(FORMATS[format]!(collected), format, collected)
  const isCheck = args.on('check')
  const difference = isCheck ? compare(out, files) : writeTree(out, library.shown(out), files)
  const report = { out: library.shown(out), format, files, collected, difference }
  if (args.on('json')) print.out(json(jsonReport(report)))
  else if (isCheck) printCheck(report, args, print)
  else printWritten(report, print)
  const { missing, changed, left, foreign } = difference
  return isCheck && [missing, changed, left, foreign].some((paths) => paths.length > 0) ? PROBLEMS : 0
}

interface Report {
  readonly out: string
  readonly format: string
  readonly files: Files
  readonly collected: readonly Collected[]
  readonly difference: Difference
}

function readOut(args: Arguments): string {
  const out = args.text('out')
  if (out === undefined || out === '') throw new UsageError('fixtures needs a folder: --out fixtures.', 'fixtures')
  if (isFile(out)) throw new UsageError(`${args.source('out')} is "${out}", which is a file, not a folder.`, 'fixtures')
  return resolve(out)
}

function readFormat(args: Arguments): string {
  const format = args.text('format') ?? 'sparring'
  if (Object.hasOwn(FORMATS, format)) return format
  const known = Object.keys(FORMATS)
  throw new UsageError(
    `${args.source('format')} is "${format}", which is no format.${didYouMean(format, known)}`,
    'fixtures',
  )
}

/** Each vendor has a folder of its own. */
function checkNames(vendors: ReadonlyMap<string, Vendor>): void {
  const words = new Map<string, string>()
  for (const [word, { name }] of vendors) {
    const other = words.get(name)
    if (other !== undefined) {
      throw new UsageError(
        `"${other}" and "${word}" are both named ${name}. Write their fixtures to two folders.`,
        'fixtures',
      )
    }
    words.set(name, word)
  }
}

/** The files with the index of them all. */
function withIndex(files: Files, format: string, collected: readonly Collected[]): Files {
  const isByName = format === 'sparring'
  const vendors = collected.map(({ vendor, fixtures, deliveries, missing }) => [
    vendor,
    {
      operations: Object.fromEntries(
        [...Map.groupBy(fixtures, ({ operation }) => operation)].map(([operation, own]) => [
          operation,
          Object.fromEntries(
            own.map(({ folder, name, status }) => [name, isByName ? `${vendor}/${folder}/${name}.json` : status]),
          ),
        ]),
      ),
      ...(isByName && {
        webhooks: Object.fromEntries(deliveries.map(({ name }) => [name, `${vendor}/${WEBHOOKS}/${name}.json`])),
      }),
      ...(missing.length > 0 && { missing }),
    },
  ])
  const paths = [...files.keys()].sort()
  const index = {
    writtenBy: WRITTEN_BY,
    format,
    clock: AT,
    vendors: Object.fromEntries(vendors) as unknown,
    files: paths,
  }
  return new Map([...files, [INDEX, jsonText(index)]])
}

function jsonReport({ out, format, files, collected, difference }: Report): unknown {
  return {
    out,
    format,
    files: files.size,
    vendors: collected.map(({ vendor, fixtures, deliveries, missing }) => ({
      vendor,
      answers: fixtures.length,
      webhooks: deliveries.length,
      missing,
    })),
    ...difference,
  }
}

function printWritten({ out, files, collected, difference }: Report, print: Print): void {
  const { missing, changed, left } = difference
  const written = missing.length + changed.length
  const removed = left.length > 0 ? `, ${left.length} removed` : ''
  print.out(
    `${print.paint('bold', out)} holds ${summary(collected)} in ${count(files.size, 'file')}: ${written} written, ${files.size - written} as before${removed}.`,
  )
  printMissing(collected, print)
}

function printCheck({ out, files, collected, difference }: Report, args: Arguments, print: Print): void {
  const { missing, changed, left, foreign } = difference
  const lines = [
    ...missing.map((path) => `missing    ${path}`),
    ...changed.map((path) => `changed    ${path}`),
    ...left.map((path) => `left over  ${path}`),
    ...foreign.map((path) => `foreign    ${path}`),
  ]
  for (const line of lines) print.out(line)
  if (lines.length === 0)
    print.out(`${print.paint('bold', out)} is up to date: ${summary(collected)} in ${count(files.size, 'file')}.`)
  else print.out(`\n${count(lines.length, 'file')} of ${out} are not up to date. Write them: ${commandOf(args)}`)
  printMissing(collected, print)
}

function summary(collected: readonly Collected[]): string {
  const answers = collected.reduce((sum, { fixtures }) => sum + fixtures.length, 0)
  const webhooks = collected.reduce((sum, { deliveries }) => sum + deliveries.length, 0)
  return `${count(answers, 'answer')}${webhooks > 0 ? ` and ${count(webhooks, 'webhook')}` : ''} of ${collected.map(({ vendor }) => vendor).join(', ')}`
}

function printMissing(collected: readonly Collected[], print: Print): void {
  for (const { vendor, missing } of collected) {
    if (missing.length === 0) continue
    const some = missing.slice(0, 5).join(', ')
    const more = missing.length > 5 ? ` and ${missing.length - 5} more` : ''
    print.err(`sparring: no request got these documented answers of ${vendor}: ${some}${more}.`)
  }
}

/** The command that was given, without `--check`. */
function commandOf(args: Arguments): string {
  const options = ['out', 'operation', 'status', 'format', 'dialect', 'scenarios'].flatMap((flag) =>
    args.list(flag).map((value) => `--${flag} ${quote(value)}`),
  )
  return ['sparring fixtures', ...args.words.map(quote), ...options].join(' ')
}
