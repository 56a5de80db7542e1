import { existsSync, writeFileSync } from 'node:fs'
import { basename, dirname, relative, resolve } from 'node:path'
import { urlAdvice } from '../../load/files/is-path.ts'
import { createLibrary } from '../../load/library.ts'
import { findSidecar, sidecarOf } from '../../load/sidecar.ts'
import { type Arguments, UsageError } from '../arguments.ts'
import { checkIsFile } from '../check/check-is-file.ts'
import { asRecord } from '../../scenario/raw.ts'
import { compactActions } from './compact.ts'
import { findAuthentication } from './guess/access.ts'
import { type Document, openDocument } from './document.ts'
import { findLiveErrors } from './guess/errors.ts'
import { type Resource, findResources, resolveBelow } from './guess/resources.ts'
import { asJob, findJobs } from './guess/jobs.ts'
import { findCharges } from './guess/charges.ts'
import { findHooks } from './guess/hooks.ts'
import { findKeys } from './guess/keys.ts'
import { findSandbox } from './guess/sandbox.ts'
import { explanation } from './explain.ts'
import { findLimits } from './guess/limits.ts'
import { findLists } from './guess/lists.ts'
import { firstLines, type Found, type Guess, mergeFound } from './sketch.ts'
import type { Source } from '../../spec/read/source.ts'
import { quoteForShell } from '../../state/printable.ts'
import { writeFirstTest } from './starter/starter.ts'
import { writeSidecar } from './write.ts'
import { columns, type Print } from '../print.ts'

/** `sparring init [FILE]` */
export async function run(args: Arguments, print: Print): Promise<number> {
  if (args.words.length === 0 && args.text('from') === undefined) return writeFirstTest(args, createLibrary(), print)
  if (args.text('vendor') !== undefined)
    throw new UsageError(
      `${args.source('vendor')} is for a first test, and a document has a vendor of its own.`,
      'init',
    )
  const from = documentOf(args)
  const file = resolve(from)
  checkIsFile(args.words.length > 0 ? 'FILE' : args.source('from'), from, 'init')
  const library = createLibrary()
  const document = openDocument(library, file, args.text('operations'))
  if (document.data['x-mock'] !== undefined) {
    throw new UsageError(`${from} already has an "x-mock", which says how it behaves. Edit that.`, 'init')
  }
  const beside = findSidecar(file)
  const out = resolve(args.text('out') ?? beside ?? sidecarOf(file))
  checkIsFile('--out', out, 'init')
  if (existsSync(out) && !args.on('force')) {
    throw new UsageError(
      `${library.displayPath(out)} already exists. --force overwrites it; --out writes another.`,
      'init',
    )
  }
  const found = findAll(document)
  const title = `How ${document.vendor.title} behaves`
  const target = relative(dirname(out), file).replaceAll('\\', '/')
  const text = writeSidecar(title, target.startsWith('.') ? target : `./${target}`, found)
  writeFileSync(out, text)
  // It is found automatically only with its default name, beside the document.
  const isFound = findSidecar(file) === out
  const explained = args.on('explain') ? document.source : undefined
  report({ from, out: library.displayPath(out), isFound, name: document.vendor.name, explained }, found, print)
  return 0
}

/** The document, as an argument or as `--from`. */
function documentOf(args: Arguments): string {
  const [word] = args.words
  const flag = args.text('from')
  const from = word ?? flag!
  if (word !== undefined && flag !== undefined && word !== flag) {
    throw new UsageError(`init writes for one document, and was given "${word}" and "${flag}".`, 'init')
  }
  const advice = urlAdvice(from, 'a document')
  if (advice !== undefined) throw new UsageError(`init cannot start from "${from}": ${advice}.`, 'init')
  if (existsSync(resolve(from))) return from
  throw new UsageError(`There is no file "${from}" for init to start from.`, 'init')
}

function findAll(document: Document): Required<Found> {
  const resources = findResources(document)
  const jobs = resources.flatMap((resource) => asJob(document, resource) ?? [])
  const isJob = ({ name }: Resource): boolean => jobs.some((job) => job.name === name)
  const lists = findLists(document, resources, isJob)
  const things = asRecord(lists.root?.['collections'])
  const used = resources.filter((resource) => isJob(resource) || resource.name in things)
  const found = mergeFound([
    findAuthentication(document),
    findJobs(document, jobs),
    findCharges(document, jobs),
    findHooks(document, jobs),
    findKeys(document),
    findSandbox(document),
    lists,
    { actions: used.flatMap((resource) => resolveBelow(document, resource)) },
    findLimits(document),
    findLiveErrors(document),
  ])
  return { ...found, actions: compactActions(document, found.actions) }
}

interface Written {
  readonly from: string
  readonly out: string
  readonly isFound: boolean
  readonly name: string
  /** The document, if each guess is to be explained. */
  readonly explained: Source | undefined
}

/** One line for each guess; with explanations, the source of each below it. */
function guessedLines(guesses: readonly Guess[], source: Source | undefined): readonly string[] {
  const lines = columns(guesses.map(({ what, guess }) => [what, guess]))
  if (!source) return lines
  return lines.flatMap((line, index) => [line, ...explanation(guesses[index]!, source).map((text) => `    ${text}`)])
}

function report(
  { from, out, isFound, name, explained }: Written,
  { guesses, open }: Required<Found>,
  print: Print,
): void {
  print.out(`${print.paint('bold', out)} says how ${name} behaves; ${basename(from)} is unchanged.`)
  const section = (title: string, lines: readonly string[]): void => {
    if (lines.length === 0) return
    print.out(`\n${print.paint('bold', title)}`)
    for (const line of lines) print.out(`  ${line}`)
  }
  section('Guessed', guessedLines(guesses, explained))
  section('Not guessed', firstLines(open))
  section(
    'Next',
    columns([
      ...(isFound
        ? [[`npx sparring serve ${quoteForShell(from)}`, 'plays it at once']]
        : [[`vendors: { '${from}': { overlay: '${out}' } }`, 'plays it, in createMock']]),
      [`npx sparring check ${quoteForShell(isFound ? from : out)} --assumptions`, 'lists every guess with its line'],
      [`edit ${out}`, 'put in the numbers that you know'],
    ]),
  )
}
