import { globSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'vite'

/**
 * Bundles the package's entry points into `dist` or the given folder: each under the name of its source, and shared
 * code in `dist/shared`. A start then reads about twenty files instead of several hundred. Entry points that are loaded
 * into one process share their classes, since no code is in two files.
 */
const root = fileURLToPath(new URL('..', import.meta.url))
const out = resolve(root, process.argv[2] ?? 'dist')

interface Manifest {
  readonly exports: Readonly<Record<string, string | { readonly 'sparring-source'?: string }>>
}

const { exports } = JSON.parse(readFileSync(resolve(root, 'package.json'), 'utf8')) as Manifest
const exported = Object.values(exports).flatMap((entry) =>
  typeof entry === 'object' && entry['sparring-source'] !== undefined ? [entry['sparring-source']] : [],
)
/** What pages load of the package's own vendors: `dist/browser/seal.js` imports the first of these. */
const vendors = globSync('./mocks/vendors/*/index.ts', { cwd: root }).sort()
const nameOf = (source: string): string => source.replace(/^(?:\.\/)?mocks\//, '').replace(/\.ts$/, '')

await build({
  configFile: false,
  root,
  logLevel: 'error',
  build: {
    ssr: true,
    outDir: out,
    emptyOutDir: false,
    copyPublicDir: false,
    target: 'node22',
    minify: false,
    sourcemap: true,
    rolldownOptions: {
      input: Object.fromEntries(
        ['./mocks/cli/main.ts', ...exported, ...vendors].map((source) => [nameOf(source), resolve(root, source)]),
      ),
      preserveEntrySignatures: 'strict',
      output: {
        entryFileNames: '[name].js',
        chunkFileNames: 'shared/[name]-[hash].js',
        // The sources are packed beside the build.
        sourcemapExcludeSources: true,
      },
    },
  },
})
