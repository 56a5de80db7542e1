import { documentedAnswers, answerName } from '../../spec/compile/operation/documented-answers.ts'
import { dialectVendor } from '../../spec/model/dialects.ts'
import { didYouMean } from '../../spec/problems/nearest.ts'
import { checkArguments, listOf, options, required, text, textAs } from '../../spec/problems/arguments.ts'
import { createLibrary } from '../library.ts'
import type { OperationOf, VendorName } from '../names.ts'
import { UnknownNameError } from '../unknown-name.ts'
import { type Effect, effectsOf } from './effects.ts'
import { happyPathIn, type PlayedScenario, playedScenarios } from './played.ts'
import { playRule } from './remedies.ts'

/** One failure of an operation, to be played in a test. */
export interface Failure {
  /** For the title of a test: `seek/key-revoked`, or `submitJob 404` if no scenario covers it. */
  readonly name: string
  /** The scenario to play; an empty list, so the changes alone, if the vendor has none. */
  readonly scenario: string | readonly string[]
  /** Changes to apply over it; empty if the scenario itself fails. */
  readonly changes: FailureChanges
  /** The documented answer to the first request, such as `402`; undefined for any other failure. */
  readonly answer: string | undefined
  /** The fault of the first request, such as `connection-reset`, or an undocumented answer: `answer 502`. */
  readonly fault: string | undefined
  /** What a correct client does, in one sentence; empty if no scenario says it. */
  readonly client: string
}

/** Changes in the form that `mock.play` accepts. */
export interface FailureChanges {
  readonly vendors?: Readonly<
    Record<
      string,
      {
        readonly rules: ReadonlyArray<{
          readonly when: { readonly operation: string }
          readonly then: { readonly error: string }
        }>
      }
    >
  >
}

/**
 * Lists every failure of an operation: the scenarios in which the first good request fails, and one entry for each
 * documented failure that no scenario covers. One parametrised test covers them all.
 *
 * @param vendor - a vendor of the package, or the path of a document of your own
 * @param options.scenarios - folders with scenarios of your own, as for `createMock`
 * @throws {@link UnknownNameError} for a vendor or an operation that does not exist
 * @throws {@link InvalidFileError} for a document with mistakes in it
 * @example
 * test.each(forEveryFailure('seek', 'submitJob'))('$name is told to the user', async ({ scenario, changes }) => {
 *   mock.play(scenario, changes)
 *   await expect(client.submit(input)).rejects.toThrow(VendorError)
 * })
 */
export function forEveryFailure<Vendor extends VendorName>(
  vendor: Vendor,
  operation: OperationOf<Vendor>,
  options: { readonly scenarios?: readonly string[] } = {},
): Failure[] {
  checkArguments('call forEveryFailure()', [vendor, operation, options], PARAMETERS)
  const library = createLibrary({ scenarios: options.scenarios })
  const base = library.vendor(vendor)
  const spoken = dialectVendor(base, base.dialects?.default)
  const found = spoken.operations.get(operation)
  if (!found) {
    throw new UnknownNameError(
      `"${operation}" is not an operation of ${base.name}.${didYouMean(operation, spoken.operations.keys())}`,
      operation,
      spoken.operations.keys(),
    )
  }
  const scenarios = playedScenarios(library, base)
  const failures = scenarios.flatMap((played): Failure[] => {
    const effects = [...effectsOf(spoken, played.situation)]
    const effect = effects.find((own) => own.operation === operation && own.isFirst && isFailure(own))
    return effect ? [failureOf(played, effect)] : []
  })
  const covered = new Set(failures.map(({ answer }) => answer))
  const happy = happyPathIn(scenarios, base)?.name
  const rest = documentedAnswers(found)
    .filter(({ code }) => /^[45]/.test(code))
    .map(answerName)
    .filter((answer) => !covered.has(answer))
    .map((answer): Failure => ({
      name: `${operation} ${answer}`,
      scenario: happy ?? [],
      changes: {
        vendors: { [base.name]: { rules: [{ when: { operation }, then: playRule(spoken, operation, answer) }] } },
      },
      answer,
      fault: undefined,
      client: '',
    }))
  return [...failures, ...rest]
}

const PARAMETERS = [
  ['vendor', required(textAs('a vendor'))],
  ['operation', required(textAs('an operation'))],
  ['options', options({ scenarios: listOf(text, 'a list of folders') })],
] as const

function isFailure({ answer, fault }: Effect): boolean {
  return fault !== undefined || (answer !== undefined && /^[45]/.test(answer))
}

function failureOf({ name, client }: PlayedScenario, { answer, fault }: Effect): Failure {
  return { name, scenario: name, changes: {}, answer, fault, client }
}
