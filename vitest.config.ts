import { defineConfig } from 'vitest/config'

const source = ['sparring-source']

export default defineConfig({
  // The package is imported by its own name; this condition of its exports map leads to the sources.
  resolve: { conditions: source },
  ssr: { resolve: { conditions: source, externalConditions: source } },
  test: {
    include: ['test/**/*.test.ts'],
    testTimeout: 20_000,
    typecheck: { enabled: true, include: ['test/**/*.test-d.ts'], tsconfig: 'tsconfig.json' },
  },
})
