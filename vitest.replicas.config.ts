import { resolve } from 'node:path'
import { mergeConfig } from 'vitest/config'
import base from './vitest.config.ts'
import twice from './vitest.twice.config.ts'

const support = resolve('test/support/mock/taken-over-store.ts')

/**
 * The same tests of behaviour as on the store that runs each transaction twice, on one that is taken over after each: all rows
 * are read anew from what would have been written elsewhere.
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

export default { ...found, test: { ...found.test, include: twice.test.include } }
