import type { CelModule } from '../spec/values/cel.ts'
import type { JsonSchema } from '../spec/grammar/grammar.ts'
import type { Source } from '../spec/read/source.ts'

/** Where scenarios come from: files in Node, modules in a page. */
export interface ScenarioSource {
  readonly tools: { readonly loadCel: () => CelModule }
  /** The grammar of a scenario. */
  readonly scenarioGrammar: () => JsonSchema
  /** All named scenarios, such as `seek/out-of-credits`. */
  readonly scenarioNames: () => Iterable<string>
  /**
   * Finds a scenario by its name, or by a path where there are files.
   *
   * @param from - the scenario that refers to it
   * @throws {@link UnknownNameError} for a path without a file
   */
  readonly scenario: (name: string, from?: FoundScenario) => FoundScenario | undefined
}

export interface FoundScenario {
  readonly name: string
  readonly source: Source
  /** Its vendor, if it does not name one. */
  readonly vendor: string
  /** Whether it is one of the package's, whose tests have held it against the grammar. */
  readonly isProven?: boolean | undefined
}
