import { asRecord } from '../../spec/values/is-record.ts'
import { getPointer, parsePointer } from '../../spec/references/pointer.ts'

/** Steps that add nothing for a reader who sees the next step. */
const SILENT = /^(?:components|schemas|properties|content|examples|x-mock|application\/json)$/

/**
 * Describes a place in a document for people: `limits requests`, `getWorker 404`, `Entity archived`.
 *
 * @param inside - an enclosing place that the reader knows, which is left out
 */
export function placeName(document: unknown, pointer: string, inside = ''): string {
  const steps = parsePointer(pointer)
  let words: string[] = []
  for (let index = parsePointer(inside).length; index < steps.length; index++) {
    const found = asRecord(getPointer(document, steps.slice(0, index + 1)))
    if (index === 2 && steps[0] === 'paths') {
      const operation = found['operationId']
      words = [typeof operation === 'string' ? operation : `${steps[2]!.toUpperCase()} ${steps[1]!}`]
    } else if (/^\d+$/.test(steps[index]!)) {
      // Entries of lists are identified by name: parameters, limits, the headers that a rule sets.
      const name = found['name'] ?? Object.keys(asRecord(found['set']))[0] ?? steps[index]!
      if (words.at(-1) === 'parameters') words.pop()
      words.push(String(name))
    } else if (!SILENT.test(steps[index]!)) {
      words.push(steps[index]!)
    }
  }
  return words.join(' ')
}
