import { asRecord, type Raw } from '../../../scenario/raw.ts'
import { isJson } from '../../../spec/media/media-type.ts'
import { formatPath } from '../../../spec/overlay/format-path.ts'
import type { Operation } from '../../../spec/model/operation/operation.ts'
import { partBelow, type Document, operationPart, type Part } from '../document.ts'
import { type Action, ASSUMED, type Found, type Guess, updateAt } from '../sketch.ts'
import { asList } from '../../../spec/values/is-record.ts'

const SANDBOX = 'x-amzn-api-sandbox'
const REASON = `The document has it under ${SANDBOX}.`

/** Requests with their answers, as listed in Amazon's documents for a sandbox: each becomes a trigger. */
export function findSandbox(document: Document): Found {
  const triggers: object[] = []
  const actions: Action[] = []
  const guesses: Guess[] = []
  for (const operation of document.vendor.operations.values()) {
    for (const { code } of operation.responses) {
      const response = partBelow(document, operationPart(document, operation), 'responses', code)
      const cases = staticCases(response)
      if (cases.length === 0 || !/^\d{3}$/.test(code)) continue
      const found = cases.flatMap(({ request, answer }, index) => {
        const when = conditionOf(operation, request)
        return when ? [{ when, answer, example: `sandbox${index + 1}` }] : []
      })
      // More specific triggers come first, since the first match applies.
      const ordered = found.toSorted((left, right) => sizeOf(right.when) - sizeOf(left.when))
      for (const { when, example } of ordered)
        triggers.push({
          when: { operation: operation.id, ...when },
          then: { status: Number(code), example },
          [ASSUMED]: REASON,
        })
      if (found.length === 0) continue
      actions.push(...examplesAt(response, found))
      guesses.push({
        what: 'trigger',
        guess: `${operation.id}: ${found.length} ${found.length === 1 ? 'request' : 'requests'} of the sandbox with ${found.length === 1 ? 'its' : 'their'} ${code}`,
        why: REASON,
        at: [...response.path, SANDBOX],
      })
    }
  }
  return { root: triggers.length > 0 ? { triggers } : {}, actions, guesses }
}

interface Case {
  readonly request: Raw
  readonly answer: unknown
}

function staticCases({ node }: Part): Case[] {
  const entries = asRecord(node[SANDBOX])['static']
  return asList(entries).map((entry) => {
    const { request, response } = asRecord(entry)
    return { request: asRecord(asRecord(request)['parameters']), answer: response }
  })
}

/** Undefined if nothing would distinguish the request from others. */
function conditionOf(operation: Operation, parameters: Raw): object | undefined {
  const places: Record<string, Record<string, unknown>> = {}
  for (const [name, parameter] of Object.entries(parameters)) {
    const { value } = asRecord(parameter)
    const known = operation.parameters.find((entry) => entry.name === name)
    const place = known ? known.in : 'body'
    if (value === undefined || place === 'cookie') continue
    ;(places[place] ??= {})[place === 'body' ? '' : name] = value
  }
  return Object.keys(places).length > 0 ? places : undefined
}

function sizeOf(when: object): number {
  return Object.values(when).reduce((sum: number, place: object) => sum + Object.keys(place).length, 0)
}

function examplesAt(
  response: Part,
  found: ReadonlyArray<{ readonly answer: unknown; readonly example: string }>,
): Action[] {
  const content = asRecord(response.node['content'])
  const type = Object.keys(content).find(isJson) ?? 'application/json'
  const path = [...response.path, 'content', type]
  const examples = Object.fromEntries(found.map(({ answer, example }) => [example, { value: answer ?? {} }]))
  // A media type has either `example` or `examples`.
  const { example: other } = asRecord(content[type])
  const kept = other === undefined ? {} : { usual: { value: other } }
  return [
    ...(other === undefined ? [] : [{ target: formatPath([...path, 'example']), remove: true as const }]),
    updateAt(response.path, { content: { [type]: { examples: { ...kept, ...examples } } } }),
  ]
}
