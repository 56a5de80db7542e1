import { partBelow, type Document, root } from '../document.ts'
import { namedErrors, type NamedError } from './errors.ts'
import { ASSUMED, type Found } from '../sketch.ts'

const REASON = 'Which example answers which bad key goes by their names.'

/** Guesses security schemes, and the 401 for an invalid key. */
export function findAuthentication(document: Document): Found {
  const names = [...document.vendor.schemes.keys()]
  if (names.length === 0) return {}
  // The most frequent one is used for all.
  const [error] = namedErrors(document, 401, 'key').sort(
    (left, right) => right.operations.length - left.operations.length,
  )
  if (!error) {
    const answer = hasFallback(document) ? 'the error that stands for all, as a 401' : 'a plain one'
    return { open: [`No 401 is documented, so a request without a key gets ${answer} (${names.join(', ')}).`] }
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
    return [name, { ...entry, [ASSUMED]: REASON }] as const
  })
  return {
    root: { authenticate: Object.fromEntries(authenticate) },
    actions: error.actions,
    guesses: authenticate.map(([name, { missing }]) => ({
      what: 'key',
      guess: `${name}: without one, or with a bad one, ${missing}`,
      why: REASON,
      at: error.at,
      says: error.text || undefined,
    })),
  }
}

function named(key: 'revoked' | 'expired', error: NamedError, pattern: RegExp): Partial<Record<typeof key, string>> {
  const found = error.examples.find((name) => pattern.test(name.split('#')[1]!))
  return found === undefined ? {} : { [key]: found }
}

/** The prefix of keys, if the document's text shows one: `acme_live_…`. */
function formatOf(document: Document, scheme: string): string | undefined {
  const { node } = partBelow(document, root(document), 'components', 'securitySchemes', scheme)
  const text = `${String(node['description'] ?? '')} ${String(node['bearerFormat'] ?? '')}`
  const prefix = /\b([a-z]{2,12}[_-](?:[a-z]{2,8}[_-])?)(?:…|\.{3}|[x*]{3,}|<\w+>|\{\w+\})/i.exec(text)?.[1]
  return prefix === undefined ? undefined : `${prefix}{tag}`
}

/** Whether most operations have a catch-all error, `default` or `4XX`, beside a success. */
function hasFallback({ all }: Document): boolean {
  const having = all.filter(
    ({ responses }) =>
      responses.some(({ code }) => /^(?:4XX|default)$/i.test(code)) &&
      responses.some(({ code }) => code.startsWith('2')),
  )
  return having.length * 2 > all.length
}
