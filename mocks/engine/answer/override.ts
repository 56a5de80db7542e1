import type { Item } from '../../behaviour/outcome.ts'
import {
  anything,
  checkArguments,
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

const A_NAMED_ANSWER = required(options({ error: required(text) }))

const fieldValue = kind('a text', (value) => typeof value === 'string')
const A_WRITTEN_ANSWER = required(
  options(
    {
      status: wholeNumber(100, 599),
      headers: mapOf(oneOf('a text or a list of texts', fieldValue, listOf(fieldValue, 'a list')), 'an object'),
      body: anything,
      offContract: text,
    },
    "an object, as { status: 200 } or { error: 'NotFound' }",
  ),
)

/** @throws {@link InvalidArgumentError} when an override returns something that is not an answer */
export function checkOverrideAnswer(operation: string, answer: OverrideAnswer): void {
  const isNamed = isRecord(answer) && 'error' in answer
  checkArguments(`answer ${operation}`, [answer], [['answer', isNamed ? A_NAMED_ANSWER : A_WRITTEN_ANSWER]])
}
