import { checkGrammar, type JsonSchema } from '../grammar/grammar.ts'
import { createPatchwork, type Patchwork, patchworkSource } from '../overlay/patchwork.ts'
import { didYouMean } from '../problems/nearest.ts'
import type { Finding, Problem } from '../problems/problem.ts'
import { formatPointer } from '../references/pointer.ts'
import { relativeTo, isRemote, type ReadSource, tryRead } from '../references/ref.ts'
import { asRecord, entriesOf } from '../values/is-record.ts'
import type { Bundle } from './bundle.ts'
import type { Source } from './source.ts'

/**
 * Includes the seed items from the file that `x-mock.data` names: each is placed under `items` of its collection or
 * job, and keeps its place in that file. `data` is removed, so that an overlay may name a file too.
 *
 * @param read - reads a file by its path in messages; throws when there is none
 * @example
 * withSeedData(source, read).source.data // { 'x-mock': { collections: { depots: { items: { north: … } } } } }
 */
export function withSeedData(source: Source, read: ReadSource): Bundle {
  const path = asRecord(asRecord(source.data)['x-mock'])['data']
  // The grammar of `x-mock` reports a path that is not a text.
  if (typeof path !== 'string') return { source, files: [] }
  const problems = [...source.problems]
  const patchwork = createPatchwork(source)
  const finding = { code: 'unreadable-data', pointer: formatPointer(PLACE) }
  const file = relativeTo(source.fileOf(finding.pointer), path)
  const seed = isRemote(path) ? `"${path}" is on the network, and only files are read.` : readSeed(read, file)
  patchwork.remove(PLACE)
  if (typeof seed === 'string') {
    problems.push(source.problem({ ...finding, message: seed }))
    return { source: patchworkSource(source, patchwork, problems), files: [] }
  }
  problems.push(...takeIn(seed, patchwork))
  return { source: patchworkSource(source, patchwork, problems), files: [seed.file] }
}

const PLACE = ['x-mock', 'data']

const ITEMS = { type: 'object', additionalProperties: { type: 'object', description: 'The items, each by its key.' } }

const SEED = { collections: ITEMS, jobs: ITEMS }

const GRAMMAR: JsonSchema = {
  type: 'object',
  properties: {
    ...SEED,
    accounts: {
      type: 'object',
      additionalProperties: {
        type: 'object',
        properties: SEED,
        additionalProperties: false,
        description: 'The items that only this account has.',
      },
    },
  },
  additionalProperties: false,
}

function takeIn(seed: Source, patchwork: Patchwork): readonly Problem[] {
  if (seed.data === undefined) return seed.problems
  const broken = checkGrammar(seed.data, GRAMMAR, { what: 'the seed data' })
  if (broken.length > 0) return broken.map(seed.problem)
  const { accounts, ...own } = asRecord(seed.data)
  const findings = takeItems({ seed, patchwork, account: undefined }, [], own)
  for (const [account, items] of entriesOf(accounts))
    findings.push(...takeItems({ seed, patchwork, account }, ['accounts', account], items))
  return findings.map(seed.problem)
}

interface Taking {
  readonly seed: Source
  readonly patchwork: Patchwork
  /** The account that owns the items; undefined for callers who act for themselves. */
  readonly account: string | undefined
}

/** @param above - the path to them in the file */
function takeItems({ seed, patchwork, account }: Taking, above: readonly string[], all: unknown): Finding[] {
  const findings: Finding[] = []
  for (const [kind, names] of entriesOf(all)) {
    const known = Object.keys(asRecord(patchwork.get(['x-mock', kind])))
    for (const [name, items] of entriesOf(names)) {
      const pointer = formatPointer([...above, kind, name])
      if (!known.includes(name)) {
        const message = `"${name}" is not one of the ${kind} of the document.${didYouMean(name, known)}`
        findings.push({ code: kind === 'jobs' ? 'unknown-job' : 'unknown-collection', pointer, message })
        continue
      }
      const place = ['x-mock', kind, name, 'items']
      if (account !== undefined) {
        const holder = kind === 'jobs' ? patchwork.get(['x-mock', 'jobs', name, 'in']) : name
        const keys = entriesOf(items).map(([id]): [string, string] => [id, account])
        const belongs = ['x-mock', 'collections', String(holder), 'belongs']
        const before = asRecord(patchwork.get(belongs))
        patchwork.put(belongs, { ...before, ...Object.fromEntries(keys) }, { source: seed, pointer })
      }
      if (patchwork.get(place) === undefined) {
        patchwork.put(place, items, { source: seed, pointer })
        continue
      }
      for (const [id, item] of entriesOf(items)) {
        const at = formatPointer([...above, kind, name, id])
        if (patchwork.get([...place, id]) === undefined)
          patchwork.put([...place, id], item, { source: seed, pointer: at })
        else {
          const message = `The item "${id}" is also under "items" of "${name}". Keep one of them.`
          findings.push({ code: 'repeated-item', pointer: at, message })
        }
      }
    }
  }
  return findings
}

function readSeed(read: ReadSource, file: string): Source | string {
  const seed = tryRead(() => read(file))
  return typeof seed === 'string' ? `The seed data "${file}" cannot be read: ${seed.replace(/\.$/, '')}.` : seed
}
