import { asRecord } from '../../scenario/raw.ts'
import { below, type Document, operationPart, root } from './document.ts'
import { namedErrors, type NamedError } from './errors.ts'
import { rateHeaders } from './live.ts'
import { ASSUMED, type Found } from './sketch.ts'

/** Security schemes, and the 401 that refuses a bad key. */
export function findAuthentication(document: Document): Found {
  const names = [...document.vendor.schemes.keys()]
  if (names.length === 0) return {}
  const [error] = namedErrors(document, 401, 'key')
  if (!error) {
    return { open: [`No 401 is documented, so a request without a key gets a plain one (${names.join(', ')}).`] }
  }
  const example = (pattern: RegExp): string =>
    error.examples.find((name) => pattern.test(name.split('#')[1]!)) ?? error.examples[0] ?? error.name
  const scheme = {
    missing: example(/missing|absent|required|^no/i),
    unknown: example(/invalid|unknown|wrong|bad/i),
    ...named('revoked', error, /revoked|disabled/i),
    ...named('expired', error, /expired/i),
  }
  const authenticate = names.map((name) => {
    const format = formatOf(document, name)
    const entry = format === undefined ? scheme : { format, ...scheme }
    return [name, { ...entry, [ASSUMED]: 'Which example answers which bad key goes by their names.' }] as const
  })
  return {
    root: { authenticate: Object.fromEntries(authenticate) },
    actions: error.actions,
    guesses: authenticate.map(([name, { missing }]) => ['key', `${name}: without one, or with a bad one, ${missing}`]),
  }
}

function named(key: 'revoked' | 'expired', error: NamedError, pattern: RegExp): Partial<Record<typeof key, string>> {
  const found = error.examples.find((name) => pattern.test(name.split('#')[1]!))
  return found === undefined ? {} : { [key]: found }
}

/** What a key looks like, when the document's words show one: `acme_live_…`. */
function formatOf(document: Document, scheme: string): string | undefined {
  const { node } = below(document, root(document), 'components', 'securitySchemes', scheme)
  const text = `${String(node['description'] ?? '')} ${String(node['bearerFormat'] ?? '')}`
  const prefix = /\b([a-z]{2,12}[_-](?:[a-z]{2,8}[_-])?)(?:…|\.{3}|[x*]{3,}|<\w+>|\{\w+\})/i.exec(text)?.[1]
  return prefix === undefined ? undefined : `${prefix}{tag}`
}

/** A limit for each 429 of the document. */
export function findLimits(document: Document): Found {
  const errors = namedErrors(document, 429, 'rate')
  const all = document.vendor.operations.size
  const limits = errors.flatMap((error) => {
    const on = error.operations.length < all ? { on: error.operations.map(({ id }) => id) } : {}
    const refusals = error.examples.length > 0 ? error.examples : [error.name]
    return refusals.map((refuse) => {
      const isParallel = /concurren|parallel|in.?flight|simultan/i.test(
        `${refuse} ${refusals.length > 1 ? '' : error.text}`,
      )
      return { refuse, on, error, isParallel, name: '' }
    })
  })
  const taken = new Set<string>()
  const written = limits.map(({ refuse, on, error, isParallel }) => {
    const name = freeName(taken, isParallel ? 'in-flight' : 'requests', refuse)
    if (isParallel) {
      const limit = { name, algorithm: 'concurrency', limit: 5, ...on, refuse }
      return { ...limit, [ASSUMED]: 'The document does not say how many may be in flight.' }
    }
    const said = rateIn([
      error.text,
      ...error.operations.map((operation) => textOf(document, operation)),
      String(asRecord(document.data['info'])['description'] ?? ''),
    ])
    const numbers = said ?? { limit: 60, window: '1m' }
    const reason = said
      ? `The document says "${said.words}"; that a window holds them is a guess.`
      : 'The document does not say how many requests pass.'
    return {
      name,
      algorithm: 'fixed-window',
      limit: numbers.limit,
      window: numbers.window,
      ...on,
      refuse,
      [ASSUMED]: reason,
    }
  })
  const [first] = written
  return {
    root: {
      ...(written.length > 0 && { limits: written }),
      ...(first && first.algorithm !== 'concurrency' && headerRules(document, first.name)),
    },
    actions: errors.flatMap(({ actions }) => actions),
    guesses: written.map((limit) => [
      'limit',
      `${limit.name}: ${limit.limit} ${'window' in limit ? `in ${limit.window}` : 'in flight'}, else ${limit.refuse}`,
    ]),
    open: errors.length > 0 ? [] : ['No 429 is documented, so nothing limits requests.'],
  }
}

function freeName(taken: Set<string>, wish: string, refuse: string): string {
  const own = refuse
    .split('#')
    .at(-1)!
    .replaceAll(/([a-z])([A-Z])/g, '$1-$2')
    .toLowerCase()
  const name =
    [wish, own, refuse.replaceAll(/\W+/g, '-').toLowerCase()].find((each) => !taken.has(each)) ??
    `${wish}-${taken.size}`
  taken.add(name)
  return name
}

const WINDOWS: Readonly<Record<string, string>> = { second: '1s', minute: '1m', hour: '1h', day: '1d' }

/** `60 requests per minute`, when one of the texts says so. */
function rateIn(texts: readonly string[]) {
  for (const text of texts) {
    const match = /(\d[\d,]*) (?:requests|calls) ?(?:per|a|an|every|\/) ?(second|minute|hour|day)/i.exec(text)
    if (!match) continue
    return { limit: Number(match[1]!.replaceAll(',', '')), window: WINDOWS[match[2]!.toLowerCase()]!, words: match[0] }
  }
  return undefined
}

function textOf(document: Document, operation: Parameters<typeof operationPart>[1]): string {
  return String(operationPart(document, operation).node['description'] ?? '')
}

/** Headers with which good answers tell how much is left. */
function headerRules(document: Document, limit: string): { headers?: unknown } {
  const set = Object.assign(
    {},
    ...[...document.vendor.operations.values()].map((operation) => {
      const code = operation.success?.code
      if (code === undefined) return {}
      return rateHeaders(
        document,
        below(document, operationPart(document, operation), 'responses', code),
        `$limits.${limit}`,
      )
    }),
  ) as Readonly<Record<string, string>>
  if (Object.keys(set).length === 0) return {}
  return { headers: [{ from: 'limit', on: 'answer', set, [ASSUMED]: 'Answers of all operations carry them.' }] }
}
