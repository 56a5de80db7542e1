import type { ProvidedContext } from 'vitest'
import { assemble } from '../connect/mock/create-mock.ts'
import type { VendorFacts } from '../connect/server/environment.ts'
import { checkServerOptions, type ServerOptions, serveMock } from '../connect/server/start-server.ts'
import { switchOf } from '../connect/mock/switch.ts'
import type { MockOptions } from '../connect/mock/api/mock-options.ts'
import { coverageLines } from '../report/coverage-lines.ts'
import { checkOptions, flag } from '../spec/problems/arguments.ts'
import type { Catalogue } from '../generated/catalogue.ts'
import { defaultVendors } from './test-options.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** The server that `sparring/vitest/setup` has started. */
    sparring: SparringContext
  }
}

/** What tests read with `inject('sparring')`. */
export interface SparringContext {
  /** The server: `http://127.0.0.1:49152`. */
  readonly url: string
  /**
   * What a client of each vendor needs. Typed for all vendors of the package, but contains only those that are served.
   */
  readonly vendors: Readonly<Record<keyof Catalogue, VendorFacts>> & Readonly<Record<string, VendorFacts>>
}

/** Options of a server; without `vendors` it serves those of `SPARRING_VENDORS`, else all vendors of the package. */
export type SetupOptions = Omit<MockOptions, 'vendors'> &
  Partial<Pick<MockOptions, 'vendors'>> &
  ServerOptions & {
    /**
     * Prints after the run which of the vendors' answers the tests have met, and how to meet the others.
     *
     * @default false; `SPARRING_COVERAGE=1` turns it on
     * @example
     * export default sparring({ vendors: ['seek'], printCoverage: true })
     */
    readonly printCoverage?: boolean
  }

/** The part of vitest's `TestProject` that the setup needs. Vitest 3 added rerun hooks. */
export interface SetupProject {
  readonly provide: (key: 'sparring', value: ProvidedContext['sparring']) => void
  readonly onTestsRerun?: (run: () => void) => void
}

/** Runs before all tests; resolves with the function that runs after them. */
export type GlobalSetup = (project: SetupProject) => Promise<() => Promise<void>>

/**
 * Creates a `globalSetup` for vitest: one server for the whole run, on a free port. Each rerun in watch mode starts
 * with the server in its initial state. Vitest runs the setup once for each project that lists it.
 *
 * @throws {@link InvalidArgumentError} for unknown options and invalid values
 * @example
 * // test/sparring.setup.ts, named as `globalSetup` in vitest.config.ts
 * import { sparring } from 'sparring/vitest/setup'
 * export default sparring({ vendors: ['seek'], scenario: 'seek/out-of-credits' })
 *
 * // in a test
 * const { url, key } = inject('sparring').vendors.seek
 * @see https://vitest.dev/config/globalsetup
 */
export function sparring({ printCoverage, ...options }: SetupOptions = {}): GlobalSetup {
  return async (project) => {
    checkOptions('start a server', { printCoverage }, { printCoverage: flag })
    const isPrinted = printCoverage ?? switchOf(process.env, 'SPARRING_COVERAGE') ?? false
    const chosen = { port: 0, ...options, vendors: options.vendors ?? defaultVendors() }
    checkServerOptions(chosen)
    const assembled = assemble(chosen)
    const server = await serveMock(assembled, chosen)
    const { url, vendors } = server
    project.provide('sparring', { url, vendors: vendors as SparringContext['vendors'] })
    project.onTestsRerun?.(() => {
      for (const id of assembled.sessions.all.keys()) if (id !== server.mock.id) assembled.api(id)?.close()
      server.mock.reset()
    })
    return async () => {
      await server.close()
      if (isPrinted) printLines(coverageLines(server.mock.coverage()))
    }
  }
}

/** Used by vitest if a config lists this module itself. */
export const setup: GlobalSetup = sparring()

/** Prints after the run, below vitest's own output. */
function printLines(lines: readonly string[]): void {
  process.stdout.write(`\nsparring: ${lines.join('\n')}\n`)
}
