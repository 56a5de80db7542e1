import { deref } from '../references/deref.ts'
import { unescapeSegment } from '../references/pointer.ts'
import { asRecord, entriesOf, isRecord, type Raw, asString, asList } from '../values/is-record.ts'
import { anchorOf, html, type Html, inline, type Part } from './html.ts'

/** Levels of nested objects in a table; deeper ones appear as type names. */
const DEEPEST = 5
/** Maximum characters of an example. */
const LONGEST = 4000

/** The type of a value in a few words: `string (uuid)`, `array of Worker`, one of some values. */
export function typeWords(schema: unknown, depth = 0): Part[] {
  if (schema === true || schema === undefined) return ['any']
  if (schema === false) return ['nothing']
  const node = asRecord(schema)
  const name = componentName('schemas', node)
  if (name !== undefined) return [html`<a href="#${anchorOf('schema', name)}">${name}</a>`]
  if (typeof node['$ref'] === 'string') return [node['$ref']]
  if (depth > DEEPEST) return ['…']
  if (Array.isArray(node['enum'])) return ['one of ', joined(node['enum'].map(value), ', ')]
  if ('const' in node) return [value(node['const'])]
  for (const [keyword, word] of [
    ['oneOf', ' or '],
    ['anyOf', ' or '],
    ['allOf', ' and '],
  ] as const) {
    const branches = node[keyword]
    if (Array.isArray(branches) && branches.length > 0 && node['type'] === undefined)
      return [
        joined(
          branches.map((branch) => typeWords(branch, depth + 1)),
          word,
        ),
      ]
  }
  const types = [node['type'] ?? (isRecord(node['properties']) ? 'object' : 'any')].flat().map(String)
  const nullable = node['nullable'] === true ? ' or null' : ''
  const format = asString(node['format'])
  const words = types.map((type): Part => {
    if (type === 'array') return ['array of ', typeWords(node['items'], depth + 1)]
    return type === 'string' && format !== undefined ? `string (${format})` : type
  })
  return [joined(words, ' or '), nullable]
}

/** Bounds and other constraints of a schema. */
function bounds(node: Raw): Part[] {
  const shown = BOUNDS.flatMap(([keyword, words]) => {
    const bound = node[keyword]
    if (bound === undefined || (words === '' && bound !== true)) return []
    return [
      words === ''
        ? [keyword]
        : [words, ' ', keyword === 'pattern' ? html`<code>${String(bound)}</code>` : value(bound)],
    ]
  })
  return shown.length === 0 ? [] : [html` <small>${joined(shown, '; ')}</small>`]
}

const BOUNDS: ReadonlyArray<readonly [string, string]> = [
  ['minLength', 'characters from'],
  ['maxLength', 'characters up to'],
  ['minimum', 'from'],
  ['exclusiveMinimum', 'above'],
  ['maximum', 'to'],
  ['exclusiveMaximum', 'below'],
  ['minItems', 'items from'],
  ['maxItems', 'items up to'],
  ['pattern', 'matches'],
  ['default', 'default'],
  ['readOnly', ''],
  ['writeOnly', ''],
  ['deprecated', ''],
]

/** A value in one cell: its type, its bounds and, for an object, its properties. */
export function schemaCell(schema: unknown, depth = 0): Part[] {
  const node = asRecord(schema)
  return [typeWords(schema), bounds(node), propertyTable(schema, depth)]
}

/** The properties of an object or of a list's objects; nothing where there are none or they are described elsewhere. */
export function propertyTable(schema: unknown, depth = 0): Part {
  const node = asRecord(schema)
  if (node['$ref'] !== undefined || depth > DEEPEST) return undefined
  const required = new Set(asList(node['required']))
  const rows = entriesOf(node['properties']).map(([name, property]) => row(name, property, required.has(name), depth))
  const extra = node['additionalProperties']
  if (isRecord(extra) && Object.keys(extra).length > 0) rows.push(row('any other', extra, false, depth))
  const parts: Part[] =
    rows.length > 0
      ? [
          html`<table>
            ${rows}
          </table>`,
        ]
      : []
  if (isRecord(node['items'])) parts.push(propertyTable(node['items'], depth + 1))
  for (const keyword of ['allOf', 'oneOf', 'anyOf']) {
    const branches = node[keyword]
    if (Array.isArray(branches)) parts.push(branches.map((branch) => propertyTable(branch, depth + 1)))
  }
  return parts
}

function row(name: string, property: unknown, isRequired: boolean, depth: number): Html {
  const { description } = asRecord(property)
  const mark = isRequired ? html` <small>required</small>` : undefined
  return html`<tr>
    <td><code>${name}</code>${mark}</td>
    <td>${schemaCell(property, depth + 1)}</td>
    <td>${inline(description)}</td>
  </tr> `
}

/** Examples of a media type, a parameter or a header: its own, its named ones, or those of its schema. */
export function exampleSections(document: Raw, holder: Raw): Part[] {
  const named = entriesOf(holder['examples']).map(([name, example]) => {
    const { value: shown, dataValue, serializedValue } = deref(document, example).node
    return { name, shown: shown ?? dataValue ?? serializedValue }
  })
  const all = holder['example'] === undefined ? named : [{ name: '', shown: holder['example'] }, ...named]
  return all
    .filter(({ shown }) => shown !== undefined)
    .map(
      ({ name, shown }) =>
        html`<figure>
          ${name === '' ? undefined : html`<figcaption>${name}</figcaption>`}
          <pre>${exampleText(shown)}</pre>
        </figure> `,
    )
}

function exampleText(shown: unknown): string {
  const text = typeof shown === 'string' ? shown : JSON.stringify(shown, null, 2)
  return text.length > LONGEST ? `${text.slice(0, LONGEST)} …` : text
}

/** The component name in a reference; undefined for other references. */
export function componentName(kind: 'schemas' | 'responses', node: Raw): string | undefined {
  const [, found, name] = /^#\/components\/(schemas|responses)\/([^/]+)$/.exec(asString(node['$ref']) ?? '') ?? []
  return found === kind ? unescapeSegment(name!) : undefined
}

function value(given: unknown): Html {
  return html`<code>${typeof given === 'string' ? given : JSON.stringify(given)}</code>`
}

function joined(parts: readonly Part[], between: string): Part[] {
  return parts.flatMap((part, index) => (index === 0 ? [part] : [between, part]))
}
