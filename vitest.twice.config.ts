import { resolve } from 'node:path'
import { mergeConfig } from 'vitest/config'
import base from './vitest.config.ts'

const twice = resolve('test/support/mock/twice-store.ts')

/**
 * Tests of what happens inside of transactions, on a store that runs each of them twice and copies every row through JSON.
 * Tests that look at the store itself, or count how often something is called, have no place here.
 */
const found = mergeConfig(base, {
  plugins: [
    {
      name: 'twice-store',
      enforce: 'pre' as const,
      transform: (code: string, id: string) =>
        id.endsWith('/mocks/state/store.ts')
          ? `import { runTwice } from '${twice}'
${code.replace('export function createMemoryStore', 'function createOnce')}
export const createMemoryStore = () => runTwice(createOnce())`
          : undefined,
    },
  ],
  test: { typecheck: { enabled: false }, env: { EVERY_ENTRY: '1' } },
})

const parts = [
  'auth*,batches,callbacks,charge,created,deliveries*,dialects,documented-errors,due-steps,events,faults,idempotency,job*,journal,lists,normal-answer,operations,own-vendor,pages',
  'parents,play,played*,properties,queue,rule*,seal-*,seamless-*,seclai-*,seek-*,sequentum-[qtw]*,slots,streams*',
  'tokens*,triggers,waiting*,webhooks*',
]

// Lists are joined where configurations are merged: these take the others' place. The sources go through the plugin.
export default {
  ...found,
  test: {
    ...found.test,
    include: [`test/**/{${parts.join(',')}}.test.ts`],
    server: {},
  },
}
