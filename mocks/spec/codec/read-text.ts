import { readNumber } from '../values/exact-number.ts'
import { BOOLEAN, LIST, MAP, NULL, NUMBER, type Shape, TEXT } from './value-shape.ts'

/** The request's texts before types are known: texts, lists and maps of texts. */
export type Texts = string | readonly Texts[] | ReadonlyMap<string, Texts>

/**
 * How to read a text whose schema allows text and another type: `5` may be a number or a text. A caller that can
 * validate tries both.
 */
export type Preference = 'types' | 'text'

/**
 * Converts texts to the types of their schema. A text that fits none of them stays a text, so that validation can
 * refuse it.
 *
 * @example
 * typed(valueShape(schemas, { type: 'array', items: { type: 'integer' } }), ['7', 'x'], 'types')
 * //=> [7, 'x']
 */
export function typed(shape: Shape, texts: Texts, preference: Preference): unknown {
  if (typeof texts === 'string') return typedText(shape, texts, preference)
  if (texts instanceof Map) {
    // Defines its properties, so that a name from the wire may be `__proto__`.
    return Object.fromEntries(
      [...(texts as ReadonlyMap<string, Texts>)].map(([name, value]) => [
        name,
        typed(shape.property(name), value, preference),
      ]),
    )
  }
  return (texts as readonly Texts[]).map((entry) => typed(shape.items, entry, preference))
}

function typedText(shape: Shape, text: string, preference: Preference): unknown {
  const isText = shape.takes(TEXT)
  if (isText && (preference === 'text' || shape.isOpen)) return text
  if (shape.takes(NUMBER)) {
    const number = readNumber(text)
    if (number !== undefined) return number
  }
  if (shape.takes(BOOLEAN) && (text === 'true' || text === 'false')) return text === 'true'
  if (shape.takes(NULL) && (text === 'null' || (text === '' && !isText))) return null
  return text
}

/** Whether the schema allows a single text. */
export function takesText(shape: Shape): boolean {
  return shape.takes(TEXT | NUMBER | BOOLEAN | NULL)
}

/** Whether the schema allows only a single text. */
export function takesTextAlone(shape: Shape): boolean {
  return !shape.takes(LIST | MAP)
}
