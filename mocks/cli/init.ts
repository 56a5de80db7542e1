import { existsSync, writeFileSync } from 'node:fs'
import { basename, dirname, relative, resolve } from 'node:path'
import { createLibrary } from '../connect/library.ts'
import { findSidecar, sidecarOf } from '../connect/sidecar.ts'
import { type Arguments, UsageError } from './arguments.ts'
import { checkIsFile } from './check-is-file.ts'
import { findAuthentication, findLimits } from './init/access.ts'
import { type Document, openDocument } from './init/document.ts'
import { findLiveErrors } from './init/errors.ts'
import { findFamilies, type JobFamily } from './init/families.ts'
import { asJob, findJobs } from './init/jobs.ts'
import { findLists } from './init/lists.ts'
import { withRenames } from './init/rename.ts'
import { firstOf, type Found, together } from './init/sketch.ts'
import { writeSidecar } from './init/write.ts'
import { columns, type Print } from './print.ts'

/** `sparring init --from FILE` */
export async function run(args: Arguments, print: Print): Promise<number> {
  const from = args.text('from')
  if (from === undefined) throw new UsageError('init needs a document: sparring init --from acme.json.', 'init')
  const file = resolve(from)
  if (!existsSync(file)) throw new UsageError(`--from is "${from}", and there is no such file.`, 'init')
  checkIsFile('--from', from, 'init')
  const library = createLibrary()
  const document = openDocument(library, file)
  if (document.data['x-mock'] !== undefined) {
    throw new UsageError(`${from} says already how it behaves: it has an "x-mock". Edit that.`, 'init')
  }
  const beside = findSidecar(file)
  const out = resolve(args.text('out') ?? beside ?? sidecarOf(file))
  checkIsFile('--out', out, 'init')
  if (existsSync(out) && !args.on('force')) {
    throw new UsageError(
      `${library.shown(out)} is there already. --force writes it anew; --out writes another.`,
      'init',
    )
  }
  const found = findAll(document)
  const title = `How ${document.vendor.title} behaves`
  const target = relative(dirname(out), file).replaceAll('\\', '/')
  const text = writeSidecar(title, target.startsWith('.') ? target : `./${target}`, found)
  writeFileSync(out, text)
  // It is met unasked only under its own name, beside the document.
  const isFound = findSidecar(file) === out
  report({ from, out: library.shown(out), isFound, name: document.vendor.name }, found, print)
  return 0
}

function findAll(document: Document): Required<Found> {
  const { families, open } = findFamilies(document)
  const jobs = families.flatMap((family): JobFamily[] => [asJob(document, family) ?? []].flat())
  const isJob = (family: { readonly name: string }): boolean => jobs.some(({ name }) => name === family.name)
  const lists = findLists(document, families, isJob)
  const used = [
    ...jobs,
    ...families.filter(({ name }) => lists.root?.['collections'] && name in (lists.root['collections'] as object)),
  ]
  const found = together([
    findAuthentication(document),
    findJobs(document, jobs),
    lists,
    findLimits(document),
    findLiveErrors(document),
    { open },
  ])
  return withRenames(
    found,
    used.flatMap(({ rename }) => rename ?? []),
  )
}

interface Written {
  readonly from: string
  readonly out: string
  readonly isFound: boolean
  readonly name: string
}

function report({ from, out, isFound, name }: Written, { guesses, open }: Required<Found>, print: Print): void {
  print.out(`${print.paint('bold', out)} says how ${name} behaves; ${basename(from)} stays as it is.`)
  const section = (title: string, lines: readonly string[]): void => {
    if (lines.length === 0) return
    print.out(`\n${print.paint('bold', title)}`)
    for (const line of lines) print.out(`  ${line}`)
  }
  section('Guessed', columns(guesses.map((guess) => [...guess])))
  section('Not guessed', firstOf(open))
  section(
    'Next',
    columns([
      ...(isFound
        ? [[`sparring serve ${from}`, 'plays it at once']]
        : [[`vendors: { '${from}': { overlay: '${out}' } }`, 'plays it, in createMock']]),
      [`sparring check ${isFound ? from : out} --assumptions`, 'lists every guess with its line'],
      [`edit ${out}`, 'put in the numbers that you know'],
    ]),
  )
}
