import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = fileURLToPath(new URL('../../../', import.meta.url))

/** The command that tests start in processes of its own: one bundle of its sources, which starts in a third of the time. */
export const COMMAND = join(root, 'node_modules/.cache/command/sparring.mjs')

/** The library beside it, for programs that tests write: `import { createMock } from '${LIBRARY}'`. */
export const LIBRARY = join(root, 'node_modules/.cache/command/index.mjs')
