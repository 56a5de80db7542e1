import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { build } from 'vite'
import { COMMAND, LIBRARY, root } from './command.ts'

/**
 * Bundles the command and the library before the run, where its sources have changed since the last one. Most of what a Node needs to start
 * it from sources is the loading of 700 modules, and tests start it a hundred times.
 */
export async function setup(): Promise<void> {
  const folder = dirname(COMMAND)
  const stamp = join(folder, 'sources.txt')
  const sources = stateOfSources()
  if (existsSync(COMMAND) && existsSync(LIBRARY) && existsSync(stamp) && readFileSync(stamp, 'utf8') === sources) return
  await build({
    configFile: false,
    root,
    logLevel: 'error',
    build: {
      ssr: true,
      outDir: folder,
      emptyOutDir: true,
      target: 'node22',
      rolldownOptions: {
        input: { sparring: 'mocks/cli/main.ts', index: 'mocks/index.ts' },
        output: {
          entryFileNames: '[name].mjs',
          chunkFileNames: '[name]-[hash].mjs',
          // Each start reads and hashes the text, half of which is comments and spaces.
          minify: { compress: false, mangle: false, codegen: { removeWhitespace: true } },
        },
      },
    },
  })
  mkdirSync(folder, { recursive: true })
  writeFileSync(stamp, sources)
}

/** Each source with its size and the time of its last change. */
function stateOfSources(): string {
  return readdirSync(join(root, 'mocks'), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .sort()
    .map((file) => {
      const { size, mtimeMs } = statSync(join(root, 'mocks', file))
      return `${file} ${size} ${mtimeMs}\n`
    })
    .join('')
}
