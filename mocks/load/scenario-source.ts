import type { CelModule } from '../spec/values/cel.ts'
import type { JsonSchema } from '../spec/grammar/grammar.ts'
import type { Source } from '../spec/read/source.ts'

/** Where scenarios are found: files in Node, modules in a page. */
export interface ScenarioSource {
  readonly tools: { readonly loadCel: () => CelModule }
  /** What a scenario may be made of. */
  readonly scenarioGrammar: () => JsonSchema
  /** `seek/out-of-credits`, and all others that have a name. */
  readonly scenarioNames: () => Iterable<string>
  /**
   * Finds a scenario by its name, or by a path where there are files.
   *
   * @param from - the scenario that names it
   * @throws {@link UnknownNameError} for a path without a file
   */
  readonly scenario: (name: string, from?: FoundScenario) => FoundScenario | undefined
}

export interface FoundScenario {
  readonly name: string
  readonly source: Source
  /** The vendor that it is of when it names none. */
  readonly vendor: string
  /** Whether it is one of the package's, whose tests have held it against the grammar. */
  readonly isProven?: boolean | undefined
}
