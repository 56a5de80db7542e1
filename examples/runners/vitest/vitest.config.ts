import { defineConfig } from 'vitest/config'

// Prints after the run which of the vendor's answers the tests have met.
export default defineConfig({ test: { globalSetup: 'sparring/vitest/coverage' } })
