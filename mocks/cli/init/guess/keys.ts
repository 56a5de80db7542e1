import { type Document, operationPart } from '../document.ts'
import { sentenceWith } from '../explain.ts'
import { ASSUMED, type Found } from '../sketch.ts'
import { namedErrors } from './errors.ts'

const HEADER = /^(?:x-)?idempotency-?key$/i

/** Operations that document a header for idempotency keys. */
export function findKeys(document: Document): Found {
  const operations = [...document.vendor.operations.values()]
  const headerOf = (operation: (typeof operations)[number]) =>
    operation.parameters.find(({ in: place, name }) => place === 'header' && HEADER.test(name))
  const taking = operations.filter((operation) => headerOf(operation) !== undefined)
  const [first] = taking
  if (!first) return {}
  const header = headerOf(first)!
  const posts = document.all.filter(({ method }) => method === 'POST')
  const isDefault = posts.length === taking.length && posts.every((post) => taking.includes(post))
  const { node, path } = operationPart(document, first)
  const conflict = namedErrors(document, 409, 'key').find(
    ({ text, operations: own }) => /idempot|same key/i.test(text) && own.includes(first),
  )
  const text = [node['description'], conflict?.text].filter((entry) => typeof entry === 'string').join('\n')
  const hours = /idempot|\bkeys?\b/i.test(text) ? /\b(\d+)\s*(hour|day)s?\b/i.exec(text) : null
  const window = hours ? `${hours[1]}${hours[2]!.toLowerCase() === 'day' ? 'd' : 'h'}` : undefined
  const why = window
    ? `The document says "${hours![0]}".`
    : 'The document does not say how long a key is remembered; 24 hours is a guess.'
  return {
    root: {
      idempotency: {
        header: header.name,
        window: window ?? '24h',
        ...(!isDefault && { on: taking.map(({ id }) => id) }),
        ...(conflict && { conflict: conflict.examples[0] ?? conflict.name }),
        [ASSUMED]: why,
      },
    },
    actions: conflict?.actions ?? [],
    guesses: [
      {
        what: 'keys',
        guess: `${header.name}: ${taking.length === 1 ? first.id : `${taking.length} operations`} may be sent again for ${window ?? '24h'}`,
        why,
        at: path,
        says: hours ? sentenceWith(text, hours[0]) : undefined,
      },
    ],
  }
}
