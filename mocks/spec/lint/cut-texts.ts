import type { Cursor } from '../compile/cursor.ts'
import { isRecord } from '../values/is-record.ts'

const TEXT = /^(?:description|summary|title)$/
/** What may be null, and what holds values of the API rather than keywords. */
const VALUE = /^(?:default|const|enum|examples?|value|x-.*)$/

/**
 * Warns of texts that a comma has cut. In `{ description: The first, the best }` YAML reads a text and a key `the best`
 * without a value.
 */
export function lintCutTexts(root: Cursor): void {
  const walk = (place: Cursor): void => {
    let before: string | undefined
    for (const [key, inner] of place.entries()) {
      if (VALUE.test(key)) before = undefined
      else if (inner.value === null && before !== undefined) {
        inner.warn(
          'cut-text',
          `"${key}" stands after the ${before} as a key without a value: a comma has ended the text.`,
          'Put the whole text in quotes.',
        )
      } else {
        before = TEXT.test(key) && typeof inner.value === 'string' ? key : undefined
        if (isRecord(inner.value)) walk(inner)
        else for (const entry of inner.list()) walk(entry)
      }
    }
  }
  walk(root)
}
