import { formatPointer } from '../../../spec/references/pointer.ts'
import { asRecord } from '../../../scenario/raw.ts'
import { partBelow, type Document, type Part } from '../document.ts'

type Patches = Readonly<Record<string, string>>
type Rule = readonly [name: RegExp, type: 'number' | 'string', value: string]

/** Fields of error bodies with live values, and the expression for each. */
const BODY: Readonly<Record<number, readonly Rule[]>> = {
  429: [
    [/^retry_?after(?:_?(?:seconds|s))?$/i, 'number', '{$limit.retryAfter}'],
    [/^limit$/i, 'number', '{$limit.limit}'],
    [/^remaining$/i, 'number', '{$limit.remaining}'],
  ],
  402: [
    [/^(?:credits?_?)?(?:balance|remaining|available|left)(?:_?credits)?$/i, 'number', '{$account.credits.available}'],
  ],
  422: [
    [/^(?:message|detail|msg|reason)$/i, 'string', '{$issue.message}'],
    [/^(?:field|param|parameter|property|pointer)$/i, 'string', '{$issue.field}'],
  ],
}

const HEADERS: readonly Rule[] = [
  [/^retry-after$/i, 'number', '{$limit.retryAfter}'],
  [/limit-?limit$/i, 'number', '{$limit.limit}'],
  [/limit-?remaining$/i, 'number', '{$limit.remaining}'],
  [/limit-?reset-?after$/i, 'number', '{$limit.retryAfter}'],
  [/limit-?reset$/i, 'number', '{$limit.reset | epoch-seconds}'],
]

/** The live fields of an error's body, by JSON Pointer. */
export function liveBody(value: unknown, status: number): Patches {
  const rules = BODY[status === 400 ? 422 : status] ?? []
  const found: Record<string, string> = {}
  const walk = (node: unknown, path: ReadonlyArray<string | number>): void => {
    if (path.length > 4 || node === null || typeof node !== 'object') return
    // The first breach represents all.
    if (Array.isArray(node)) return walk((node as unknown[])[0], [...path, 0])
    for (const [key, entry] of Object.entries(node)) {
      const rule = rules.find(([name, type]) => name.test(key) && typeof entry === type)
      if (rule) found[formatPointer([...path, key])] = rule[2]
      else walk(entry, [...path, key])
    }
  }
  walk(value, [])
  return found
}

/** The documented headers of a limit's answers. */
export function liveHeaders(document: Document, response: Part, status: number): Patches {
  if (status !== 429) return {}
  return rateHeaders(document, response, '$limit')
}

/** @param from - the limit to read: `$limit` in a refusal, else `$limits.<name>` */
export function rateHeaders(document: Document, response: Part, from: string): Patches {
  const names = Object.keys(asRecord(response.node['headers']))
  return Object.fromEntries(
    names.flatMap((name) => {
      const rule = HEADERS.find(([pattern]) => pattern.test(name))
      if (!rule) return []
      const { node } = partBelow(document, response, 'headers', name)
      const isInstant = /date-time/.test(JSON.stringify(node['schema'] ?? ''))
      const value = isInstant ? rule[2].replace('epoch-seconds', 'iso-seconds') : rule[2]
      return [[name, value.replace('$limit', from)] as const]
    }),
  )
}
