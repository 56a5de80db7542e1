import type { ExampleNode, MediaNode } from '../../../model/document.ts'
import { deref } from '../../../references/deref.ts'
import { type Context, entries } from '../../context.ts'
import { parseExactly } from '../../../values/exact-number.ts'
import { isCompound } from '../../../values/is-record.ts'

/**
 * The value of an Example Object, null included. OpenAPI 3.2 gives it as data, as serialized text, or as both.
 *
 * @param isText - whether the serialized text is the value, which is false for JSON
 */
export function exampleValue(example: ExampleNode, isText = false): unknown {
  const { serializedValue } = example
  if ('value' in example) return example.value
  if (typeof serializedValue !== 'string' || ('dataValue' in example && !isText)) return example.dataValue
  return isText ? serializedValue : parsed(serializedValue)
}

function parsed(text: string): unknown {
  try {
    return parseExactly(text)
  } catch {
    return text
  }
}

/**
 * The object or list that a text holds as JSON; undefined for any other value. Many documents write their examples so.
 *
 * @example
 * dataInText('{"id": 7}') //=> { id: 7 }
 */
export function dataInText(value: unknown): object | undefined {
  if (typeof value !== 'string' || !/^\s*[[{]/.test(value)) return undefined
  const data = parsed(value)
  return isCompound(data) ? data : undefined
}

/** The first example value of a Parameter, Header or Media Type Object; undefined where there is none. */
export function documentedValue(context: Context, node: MediaNode): unknown {
  if ('example' in node) return node.example
  for (const [, raw] of entries(node.examples)) {
    const value = exampleValue(deref(context.document, raw).node)
    if (value !== undefined) return value
  }
  return undefined
}
