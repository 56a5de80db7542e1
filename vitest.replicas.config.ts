import { resolve } from 'node:path'
import { mergeConfig } from 'vitest/config'
import base from './vitest.config.ts'

const support = resolve('test/support/mock/taken-over-store.ts')

/**
 * Tests of what sessions do, on a store that is taken over after each transaction: all rows are read anew from what would have been
 * written elsewhere. What vendors have in common is tested by `behaviour` and `engine`; of the vendors, the two whose state has most
 * kinds of rows: credits, jobs, webhooks and limits of Seek, and Sequentum's tokens, timetables and queues of runs. The others
 * write rows of the same kinds. Tests that look at the store itself have no place here.
 */
const found = mergeConfig(base, {
  plugins: [
    {
      name: 'taken-over-store',
      enforce: 'pre' as const,
      transform: (code: string, id: string) =>
        id.endsWith('/mocks/state/store.ts')
          ? `import { takenOver } from '${support}'
${code.replace('export function createMemoryStore', 'function createOnce')}
export const createMemoryStore = () => takenOver(createOnce())`
          : undefined,
    },
  ],
  test: { typecheck: { enabled: false } },
})

// Lists are joined where configurations are merged: this takes the other's place. The sources go through the plugin.
export default {
  ...found,
  test: {
    ...found.test,
    include: ['test/{behaviour,engine}/**/*.test.ts', 'test/vendors/{seek,sequentum}/**/*.test.ts'],
    server: {},
  },
}
