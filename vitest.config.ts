import { availableParallelism } from 'node:os'
import { defineConfig } from 'vitest/config'
import { BaseSequencer, type TestSpecification } from 'vitest/node'

const source = ['sparring-source']

/** Files that take longest, the longest first. */
const LONG = [
  'docs/docs',
  'cli/cli-exec',
  'cli/serve/watch',
  'cli/cli-exec-intercept',
  'connect/replicas/replicas',
  'cli/coverage-command',
  'connect/server/request-bodies',
  'engine/session/session-ends',
]

/** Files in an environment of their own: a worker that is given one ends, and the next loads the package anew. */
const APART = ['connect/fetch/happy-dom', 'connect/fetch/jsdom']

/** Begins with the long files, so that no worker is left with one of them while the others have nothing to do. */
export function longestFirst(long: readonly string[], last: readonly string[] = []) {
  return class extends BaseSequencer {
    override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
      const all = await super.sort(files)
      const pick = (names: readonly string[]) =>
        names.flatMap((name) => all.filter(({ moduleId }) => moduleId.endsWith(`/test/${name}.test.ts`)))
      const [first, apart] = [pick(long), pick(last)]
      return [...first, ...all.filter((file) => !first.includes(file) && !apart.includes(file)), ...apart]
    }
  }
}

/** The Nodes that tests start load the package again and again: from what one of them has compiled, in a third of the time. */
const NODE_COMPILE_CACHE = `${import.meta.dirname}/node_modules/.cache/node-compile`

export default defineConfig({
  // The package is imported by its own name; this condition of its exports map leads to the sources.
  resolve: { conditions: source },
  ssr: { resolve: { conditions: source, externalConditions: source } },
  test: {
    include: ['test/*.test.ts', 'test/!(proofs)/**/*.test.ts', 'examples/clients/**/*.test.ts'],
    exclude: ['test/fixtures/**', 'test/consumers/**'],
    // Every reply of the run is checked against its spec, and one that breaks it fails the run.
    // What is assumed is told by the tests that are about it.
    env: { SPARRING_CHECK_REPLIES: '1', SPARRING_ASSUMPTIONS: 'silent', NODE_COMPILE_CACHE },
    // Node runs the sources as they are, and faster than through the wrappers that vite makes of imports.
    server: { deps: { external: [/\/mocks\//] } },
    globalSetup: 'test/support/processes/bundle-command.ts',
    setupFiles: ['test/support/mock/check-replies.ts'],
    // One worker more than there are cores: tests that wait leave theirs to another.
    maxWorkers: availableParallelism() + 1,
    // Files share a worker, and load the package once: tests clean up what they change of the process.
    isolate: false,
    sequence: { sequencer: longestFirst(LONG, APART) },
    // A bound for what hangs, and for nothing else: on a busy machine a test takes many times what it takes alone.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    typecheck: { enabled: true, include: ['test/**/*.test-d.ts'], tsconfig: 'tsconfig.types.json' },
  },
})
