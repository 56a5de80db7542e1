import type { Operation } from '../../../spec/model/operation/operation.ts'
import { asRecord } from '../../../scenario/raw.ts'
import { partBelow, type Document, needsKey, operationPart, type Part, root } from '../document.ts'
import { sentenceWith } from '../explain.ts'
import { namedErrors, type NamedError } from './errors.ts'
import { rateHeaders } from './live.ts'
import { type Rate, ratesIn } from './rates.ts'
import { ASSUMED, type Found, type Guess } from '../sketch.ts'
import { asList } from '../../../spec/values/is-record.ts'

/** A limit in the document: its rate, and the operations with the same text on it. */
interface Group {
  /** The error that names the refusal; other operations refuse with their own 429. */
  readonly error: NamedError
  readonly refuse: string
  readonly isParallel: boolean
  readonly said: Said
  readonly operations: Operation[]
}

interface Said {
  readonly rate?: Rate
  /** Several ambiguous rates, of which none can be used. */
  readonly several?: readonly Rate[]
  /** The text with the rate, and its place. */
  readonly place?: Place
  /** Whether the rate is documented at each operation, for that operation alone. */
  readonly isOwn?: boolean
}

interface Place {
  readonly text: string
  readonly at: readonly string[]
}

/** The limits behind the document's 429s. Two wordings of one limit are merged. */
export function findLimits(document: Document): Found {
  const errors = namedErrors(document, 429, 'rate')
  if (errors.length === 0) return { open: ['No 429 is documented, so nothing limits requests.'] }
  const groups = groupsOf(document, errors)
  const { all } = document
  const taken = new Set<string>()
  const limits = groups.map((group) => limitOf(group, nameOf(taken, group), all))
  const naming = new Set(groups.map(({ error }) => error))
  return {
    root: { limits, ...headerRules(document, groups, limits) },
    actions: errors.flatMap((error) => (naming.has(error) ? error.actions : error.inPlace)),
    guesses: limits.map((limit, index) => ({
      what: 'limit',
      guess: `${limit.name}: ${limit.limit} ${'window' in limit ? `in ${limit.window}` : 'in flight'}, else ${limit.refuse}`,
      why: limit[ASSUMED],
      ...evidenceOf(groups[index]!),
    })),
  }
}

function groupsOf(document: Document, errors: readonly NamedError[]): Group[] {
  const groups = new Map<string, Group>()
  for (const error of errors) {
    const refusals = error.examples.length > 0 ? error.examples : [error.name]
    for (const refuse of refusals) {
      // Several examples of one answer are several causes.
      const cause = refusals.length > 1 ? refuse.split('#').at(-1)! : ''
      const isParallel = /concurren|parallel|in.?flight|simultan/i.test(
        `${refuse} ${refusals.length > 1 ? '' : error.text}`,
      )
      for (const operation of error.operations) {
        const said = isParallel ? {} : saidOf(document, operation, error)
        const key = JSON.stringify([cause, isParallel, said.rate?.limit, said.rate?.window, said.isOwn, said.several])
        const known = groups.get(key)
        if (known) known.operations.push(operation)
        else groups.set(key, { error, refuse, isParallel, said, operations: [operation] })
      }
    }
  }
  // General texts are read before those of single operations.
  return [...groups.values()].sort(
    (left, right) => Number(left.said.isOwn ?? false) - Number(right.said.isOwn ?? false),
  )
}

/** Texts on an operation's rate, the most specific first: its own, its 429, its path, its tags, the whole document. */
function saidOf(document: Document, operation: Operation, { text, at }: NamedError): Said {
  const place = ({ node, path }: Part): Place => ({
    text: [node['summary'], node['description']].filter((entry) => typeof entry === 'string').join('\n'),
    at: path,
  })
  const { data } = document
  const tags = asList(data['tags'])
    .map((tag, index) => ({ node: asRecord(tag), path: ['tags', String(index)] }))
    .filter(({ node }) => operation.tags.includes(String(node['name'])))
  const places = [
    place(operationPart(document, operation)),
    { text, at },
    place(partBelow(document, root(document), 'paths', operation.path)),
    ...tags.map(place),
    place({ node: asRecord(data['info']), path: ['info'] }),
  ]
  for (const [index, found] of places.entries()) {
    const rates = ratesIn(found.text)
    const [rate] = rates
    if (!rate) continue
    // Of rates for different windows the first is used; two for the same window belong to two plans.
    if (rates.some((other) => other !== rate && other.window === rate.window)) return { several: rates, place: found }
    return { rate, place: found, ...(index === 0 && { isOwn: true }) }
  }
  return {}
}

/** The source of a limit: the text with its number, else the text of the 429. */
function evidenceOf({ said, error }: Group): Pick<Guess, 'at' | 'says'> {
  const rate = said.rate ?? said.several?.[0]
  if (rate && said.place) return { at: said.place.at, says: sentenceWith(said.place.text, rate.words) }
  return { at: error.at, says: error.text || undefined }
}

function limitOf({ refuse, isParallel, said, operations }: Group, name: string, all: readonly Operation[]) {
  const where = whereOf(operations, all)
  if (isParallel) {
    const limit = { name, algorithm: 'concurrency', limit: 5, ...perOf(operations), ...where, refuse }
    return { ...limit, [ASSUMED]: 'The document does not say how many may be in flight.' }
  }
  const { rate, several, isOwn } = said
  const reason = rate
    ? `The document says "${rate.words}"; that a window holds them is a guess.`
    : several
      ? `The document says ${several.map(({ words }) => `"${words}"`).join(' and ')}, but not for whom; this is a guess.`
      : 'The document does not say how many requests pass.'
  return {
    name,
    algorithm: 'fixed-window',
    limit: rate?.limit ?? 60,
    window: rate?.window ?? '1m',
    ...perOf(operations, isOwn),
    ...where,
    refuse,
    [ASSUMED]: reason,
  }
}

/** The scope of the count, if it is not the credential. */
function perOf(operations: readonly Operation[], isOwn = false) {
  const keyed = operations.filter(needsKey)
  const caller = keyed.length === operations.length ? 'credential' : keyed.length === 0 ? 'ip' : 'credential|ip'
  const per = [caller, ...(isOwn && operations.length > 1 ? ['operation'] : [])]
  return per.join() === 'credential' ? {} : { per }
}

/** The operations that a limit counts, in the shortest form. */
function whereOf(operations: readonly Operation[], all: readonly Operation[]) {
  const others = all.filter((operation) => !operations.includes(operation))
  if (others.length === 0) return {}
  const ids = (list: readonly Operation[]): string[] => list.map(({ id }) => id)
  return others.length < operations.length ? { except: ids(others) } : { on: ids(operations) }
}

function nameOf(taken: Set<string>, { refuse, isParallel, said, operations }: Group): string {
  const slug = (text: string): string =>
    text
      .replaceAll(/([a-z])([A-Z])/g, '$1-$2')
      .replaceAll(/[^A-Za-z\d]+/g, '-')
      .replaceAll(/^-|-$/g, '')
      .toLowerCase()
  const wishes = [
    ...(said.isOwn && operations.length === 1 ? [slug(operations[0]!.id)] : []),
    isParallel ? 'in-flight' : 'requests',
    slug(refuse.split('#').at(-1)!),
    slug(refuse),
  ]
  const name = wishes.find((wish) => wish !== '' && !taken.has(wish)) ?? `requests-${taken.size + 1}`
  taken.add(name)
  return name
}

/** Headers with the remaining requests, which all successful answers of the limit's operations have. */
function headerRules(
  document: Document,
  groups: readonly Group[],
  limits: ReadonlyArray<{ readonly name: string }>,
): { headers?: unknown } {
  const counted = groups.flatMap(({ isParallel, operations }, index) =>
    isParallel ? [] : [{ operations, name: limits[index]!.name }],
  )
  const [first, ...others] = counted
  if (!first) return {}
  const from = others.length === 0 ? `$limits.${first.name}` : '$limits.tightest'
  const sets = counted.flatMap(({ operations }) =>
    operations.flatMap((operation) => {
      const code = operation.success?.code
      if (code === undefined) return []
      return [rateHeaders(document, partBelow(document, operationPart(document, operation), 'responses', code), from)]
    }),
  )
  const [some = {}] = sets
  const set = Object.fromEntries(Object.entries(some).filter(([name]) => sets.every((entry) => name in entry)))
  if (Object.keys(set).length === 0) return {}
  return { headers: [{ from: 'limit', on: 'answer', set, [ASSUMED]: 'All operations under a limit document them.' }] }
}
