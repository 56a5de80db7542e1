import { asRecord } from '../../spec/values/is-record.ts'
import { getPointer, parsePointer } from '../../spec/references/pointer.ts'

/** Steps that say nothing to a reader who sees what comes after them. */
const SILENT = /^(?:components|schemas|properties|content|examples|x-mock|application\/json)$/

/**
 * What a place of a document is about, for people: `limits requests`, `getWorker 404`, `Entity archived`.
 *
 * @param inside - a place around it that the reader knows; what leads there is left out
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
      // Entries of lists are called by their names: parameters, limits, the headers that a rule sets.
      const name = found['name'] ?? Object.keys(asRecord(found['set']))[0] ?? steps[index]!
      if (words.at(-1) === 'parameters') words.pop()
      words.push(String(name))
    } else if (!SILENT.test(steps[index]!)) {
      words.push(steps[index]!)
    }
  }
  return words.join(' ')
}
