import type { ExampleNode, MediaNode } from '../../../model/document.ts'
import { deref } from '../../../references/deref.ts'
import { type Context, entries } from '../../context.ts'
import { parseExactly } from '../../../values/exact-number.ts'

/**
 * The value of an Example Object, null included. OpenAPI 3.2 says it as data, as the text that is sent, or as both.
 *
 * @param isText - whether the text that is sent is the value: it is not where that is JSON
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

/** The first value that a Parameter, Header or Media Type Object shows; undefined where it shows none. */
export function documentedValue(context: Context, node: MediaNode): unknown {
  if ('example' in node) return node.example
  for (const [, raw] of entries(node.examples)) {
    const value = exampleValue(deref(context.document, raw).node)
    if (value !== undefined) return value
  }
  return undefined
}
