import { type Inside, insideOf } from '../../connect/mock/session-api.ts'
import type { MockSession } from '../../connect/mock/api/mock-session.ts'
import type { MockServer } from '../../connect/server/start-server.ts'
import type { Facts } from '../../engine/session/journal/facts.ts'
import type { Catalogue } from '../../generated/catalogue.ts'
import type { ErrorOf, OperationOf } from '../../load/names.ts'
import { UnknownNameError } from '../../load/unknown-name.ts'
import { FAULTS, type FaultName } from '../../scenario/fault.ts'
import { InvalidArgumentError, show } from '../../spec/problems/arguments.ts'
import { didYouMean } from '../../spec/problems/nearest.ts'
import { isRecord } from '../../spec/values/is-record.ts'
import { whatHappened } from '../aftermath.ts'

/** The subject of a matcher: a mock, a session or a server. */
export type MatcherSubject = MockSession | MockServer

/** An operation by name, preceded by its vendor's name if several vendors have it: `seek.getJob`. */
export type OperationName =
  | {
      readonly [Vendor in keyof Catalogue]: OperationOf<Vendor> | `${Vendor}.${OperationOf<Vendor>}`
    }[keyof Catalogue]
  | (string & {})

/** An answer: a status, the name of a vendor's error, or a fault. */
export type AnswerName = number | ErrorOf<keyof Catalogue> | FaultName | (string & {})

/** The result of a matcher, for `expect`. */
export interface MatcherResult {
  readonly pass: boolean
  readonly message: () => string
}

/** The data of a matcher's subject. */
export interface Subject extends Inside {
  readonly mock: MockSession
  /** Requests of the client in order, without those of the test itself. */
  readonly calls: readonly Facts[]
}

/** @throws {@link InvalidArgumentError} for anything that is not a mock */
export function subjectOf(matcher: string, received: unknown): Subject {
  const given = isRecord(received) && isRecord(received['mock']) ? received['mock'] : received
  const inside = typeof given === 'object' && given !== null ? insideOf(given) : undefined
  if (!inside)
    throw new InvalidArgumentError(`use ${matcher}()`, [
      `expect() has ${show(received)}; write a mock, a session of one, or a server: expect(mock).${matcher}(…).`,
    ])
  const calls = inside.session.journal.facts().filter(({ isOfTest }) => !isOfTest)
  return { ...inside, mock: given as MockSession, calls }
}

/**
 * Finds the calls of an operation.
 *
 * @throws {@link UnknownNameError} for an operation that no vendor of the mock has
 */
export function callsOf({ calls, vendors }: Subject, name: string): readonly Facts[] {
  const isNamed = (vendor: string, operation: string): boolean =>
    name === operation || name === `${vendor}.${operation}`
  const known = [...vendors.values()].flatMap(({ name: vendor, operations }) =>
    [...operations.keys()].map((operation) => ({ vendor, operation })),
  )
  if (!known.some(({ vendor, operation }) => isNamed(vendor, operation))) {
    const names = known.map(({ vendor, operation }) => (name.includes('.') ? `${vendor}.${operation}` : operation))
    throw new UnknownNameError(
      `"${name}" is not an operation of ${[...vendors.keys()].join(', ')}.${didYouMean(name, names)}`,
      name,
      names,
    )
  }
  return calls.filter(({ vendor, operation }) => operation !== undefined && isNamed(vendor.name, operation.id))
}

/**
 * Creates a predicate for an answer.
 *
 * @throws {@link UnknownNameError} for a name that is neither an error of a vendor nor a fault
 */
export function isAnswer({ vendors }: Subject, answer: number | string): (call: Facts) => boolean {
  if (typeof answer === 'number') return ({ status }) => status === answer
  const names = new Set<string>([...FAULTS, ...[...vendors.values()].flatMap(({ errors }) => [...errors.keys()])])
  if (!names.has(answer))
    throw new UnknownNameError(
      `"${answer}" is neither an error of ${[...vendors.keys()].join(', ')} nor a fault.${didYouMean(answer, names)}`,
      answer,
      names,
    )
  return ({ refusal, fault }) => refusal === answer || refusal?.startsWith(`${answer}#`) === true || fault === answer
}

/** The message of a matcher: what was expected, and what the mock has received. */
export function failure({ mock }: Subject, expected: string): () => string {
  return () => `${expected}\n\n${whatHappened(mock, false)}`
}
