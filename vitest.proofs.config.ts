import { mergeConfig } from 'vitest/config'
import base, { longestFirst } from './vitest.config.ts'

/** Files that take longest, the longest first. */
const LONG = [
  'clients/clients-in-catalogue',
  'pages/pages-in-chromium',
  'vendors/pairs',
  'load/hostile-load',
  'clients/recipes',
  'package/action',
  'package/vitest-server',
  'package/vitest-fixtures',
  'package/readme',
].map((name) => `proofs/${name}`)

const found = mergeConfig(base, {
  test: {
    sequence: { sequencer: longestFirst(LONG) },
    typecheck: { enabled: false },
    env: { EVERY_ENTRY: '1' },
  },
})

// Lists are joined where configurations are merged: this one takes the other's place.
export default {
  ...found,
  test: { ...found.test, include: ['test/proofs/**/*.test.ts', 'test/vendors/*/*-seed.test.ts'] },
}
