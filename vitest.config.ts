import { defineConfig } from 'vitest/config'

const source = ['sparring-source']

export default defineConfig({
  // The package is imported by its own name; this condition of its exports map leads to the sources.
  resolve: { conditions: source },
  ssr: { resolve: { conditions: source, externalConditions: source } },
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['test/fixtures/**'],
    // Every reply of the run is checked against its spec, and one that breaks it fails the run.
    // What is assumed is told by the tests that are about it.
    env: { SPARRING_CHECK_REPLIES: '1', SPARRING_ASSUMPTIONS: 'silent' },
    setupFiles: ['test/support/mock/check-replies.ts'],
    // One worker a core: by default vitest leaves one core idle.
    maxWorkers: '100%',
    // Files share a worker, and load the package once: tests clean up what they change of the process.
    isolate: false,
    testTimeout: 60_000,
    typecheck: { enabled: true, include: ['test/**/*.test-d.ts'], tsconfig: 'tsconfig.json' },
  },
})
