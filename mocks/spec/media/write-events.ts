import { asText } from '../values/scalar.ts'
import { isObject } from '../schema/schema-object.ts'

/** The fields of an event (https://html.spec.whatwg.org/multipage/server-sent-events.html section 9.2.5). */
const FIELDS = new Set(['event', 'data', 'id', 'retry', 'comment'])
const FRAMED = /^(?:event|data|id|retry)?:/m

/**
 * Writes values as server-sent events. A map with `data` and only fields of an event is sent as that event (OpenAPI
 * 3.2.0 section 4.14.4); any other value becomes the data of an event.
 *
 * @example
 * writeEvents([{ event: 'add', data: '1' }, { n: 2 }])
 * //=> 'event: add\ndata: 1\n\ndata: {"n":2}\n\n'
 */
export function writeEvents(values: readonly unknown[]): string {
  return values.map((value) => (isEvent(value) ? fieldsOf(value) : `${dataLines(value)}\n`)).join('')
}

/** A text as server-sent events; unchanged where it already is some. */
export function writeEventText(text: string): string {
  return text === '' || FRAMED.test(text) ? text : `${dataLines(text)}\n`
}

function isEvent(value: unknown): value is Readonly<Record<string, unknown>> {
  return isObject(value) && Object.hasOwn(value, 'data') && Object.keys(value).every((name) => FIELDS.has(name))
}

function fieldsOf({ data, comment, ...fields }: Readonly<Record<string, unknown>>): string {
  const comments = comment === undefined ? '' : lines('', asText(comment))
  const head = Object.entries(fields).map(([name, value]) => `${name}: ${asText(value).replaceAll(/[\r\n]+/g, ' ')}\n`)
  return `${comments}${head.join('')}${dataLines(data)}\n`
}

function dataLines(value: unknown): string {
  return lines('data', typeof value === 'string' ? value : JSON.stringify(value))
}

function lines(field: string, text: string): string {
  return text
    .split(/\r\n|\r|\n/)
    .map((line) => `${field}: ${line}\n`)
    .join('')
}
