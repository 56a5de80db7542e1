import type { Item } from '../../behaviour/outcome.ts'
import {
  checkArguments,
  type Kind,
  kind,
  listOf,
  mapOf,
  oneOf,
  options,
  required,
  text,
  wholeNumber,
} from '../../spec/problems/arguments.ts'
import { isRecord } from '../../spec/values/is-record.ts'
import { messageOf } from '../../state/printable.ts'

/** A test's own answer to an operation, until reset. */
export interface Override {
  readonly vendor: string
  readonly operation: string
  readonly answer: (context: OverrideContext) => OverrideAnswer | undefined
}

/** What an override sees. */
export interface OverrideContext {
  readonly operation: string
  readonly params: Readonly<Record<string, string>>
  readonly query: URLSearchParams
  readonly headers: Readonly<Record<string, string | undefined>>
  readonly body: unknown
  /** The job that the path names, as its item reads now. */
  readonly job: Item | undefined
  /** Items that the path names, by root: `worker`. */
  readonly items: Readonly<Record<string, Item>>
  /** ms since 1970 on the session's clock. */
  readonly now: number
}

/** An answer: one the document names, or one written out. */
export type OverrideAnswer<Name extends string = string> =
  | { readonly error: Name }
  | {
      readonly status?: number
      /** A list is sent as one field per value: two cookies are `{ 'Set-Cookie': ['a=1', 'b=2'] }`. */
      readonly headers?: Readonly<Record<string, string | readonly string[]>>
      /** Written as `Content-Type` says; without it, text as plain text, the rest as documented, mostly JSON. */
      readonly body?: unknown
      /** Why it may break the contract. */
      readonly offContract?: string
    }

const WRITE_AN_ANSWER = "an object, as { status: 200 } or { error: 'NotFound' }"

const A_NAMED_ANSWER = required(options({ error: required(text) }))

const fieldValue = kind('a text', (value) => typeof value === 'string')
const headers = mapOf(oneOf('a text or a list of texts', fieldValue, listOf(fieldValue, 'a list')), 'an object')
const A_WRITTEN_ANSWER = required(
  options(
    {
      status: wholeNumber(200, 599),
      headers: {
        ...headers,
        problems: (value, path) => [
          ...(notPlain(value, path, 'an object of texts, as Object.fromEntries(headers) gives') ??
            headers.problems(value, path)),
          ...Object.keys(isRecord(value) ? value : {})
            .filter((name) => !HEADER_NAME.test(name))
            .map((name) => `"${path}" has the name ${JSON.stringify(name)}; write letters, digits and hyphens.`),
        ],
      },
      body: { optional: true, problems: problemsOfBody },
      offContract: text,
    },
    WRITE_AN_ANSWER,
  ),
)

/** @throws {@link InvalidArgumentError} when an override returns something that is not an answer */
export function checkOverrideAnswer(operation: string, answer: OverrideAnswer): void {
  const isNamed = isRecord(answer) && 'error' in answer
  const form = isNamed ? A_NAMED_ANSWER : A_WRITTEN_ANSWER
  const problems: Kind['problems'] = (value, path) =>
    notPlain(value, path, WRITE_AN_ANSWER) ?? form.problems(value, path)
  checkArguments(`answer ${operation}`, [answer], [['answer', { ...form, problems }]])
}

/** A token of RFC 9110 section 5.6.2. */
const HEADER_NAME = /^[\w!#$%&'*+.^`|~-]+$/

/** Objects such as `Response`, `Headers` and `Map` keep their contents out of their properties, so nothing would be read. */
function notPlain(value: unknown, path: string, write: string): readonly string[] | undefined {
  const name = classOf(value)
  return name === 'Object' || name === 'Array' || typeof value !== 'object' || value === null
    ? undefined
    : [`"${path}" is a ${name}; write ${write}.`]
}

/** Whether a body has a text: a text, bytes, or what JSON can write. */
function problemsOfBody(value: unknown, path: string): readonly string[] {
  const isBytes = value instanceof Uint8Array
  if (isBytes || value === undefined || value === null || typeof value === 'string') return []
  const write = 'a text, a Uint8Array, or a value of JSON'
  if (typeof value === 'function' || typeof value === 'symbol')
    return [`"${path}" is a ${typeof value}; write ${write}.`]
  if (typeof (value as { toJSON?: unknown }).toJSON !== 'function') {
    const problems = notPlain(value, path, write)
    if (problems) return problems
  }
  try {
    JSON.stringify(value)
    return []
  } catch (error) {
    return [`"${path}" cannot be written as JSON: ${messageOf(error)}; write ${write}.`]
  }
}

/** `Response` of a `Response`, also of one from another realm, as a test in a vm has them. */
function classOf(value: unknown): string {
  return Object.prototype.toString.call(value).slice('[object '.length, -1)
}
