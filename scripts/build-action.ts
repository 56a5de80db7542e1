import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build, type Plugin } from 'vite'

/**
 * Writes `action/dist`, which GitHub Actions runs directly from the repository, without an install. One file each for
 * main, post and the server, which finds `specs` and `scenarios` above it. `--check` only compares.
 */
const root = fileURLToPath(new URL('..', import.meta.url))
const dist = `${root}action/dist/`
const entries = {
  main: 'action/src/main.ts',
  post: 'action/src/post.ts',
  sparring: 'mocks/cli/main.ts',
}

/** Packages that the sources load lazily by `require`: a bundler sees only literal imports. */
function packages(): string[] {
  const called = /\b(?:nodeRequire|lazyRequire(?:<.*>)?)\('([^']+)'\)/g
  const files = readdirSync(`${root}mocks`, { recursive: true, encoding: 'utf8' }).filter((file) =>
    file.endsWith('.ts'),
  )
  const names = files.flatMap((file) =>
    [...readFileSync(`${root}mocks/${file}`, 'utf8').matchAll(called)].map(([, name]) => name!),
  )
  // A server on a runner needs none of them.
  const left = /^(?:node:|msw$|node-forge$|@modelcontextprotocol\/)/
  return [...new Set(names)].filter((name) => !left.test(name)).sort()
}

const bundledRequire: Plugin = {
  name: 'bundled-require',
  transform(code, id) {
    if (!id.endsWith('/mocks/spec/read/node-require.ts')) return undefined
    const entries = packages().map((name) => `'${name}': () => require('${name}')`)
    return `${code.replace('export const nodeRequire =', 'const required =')}
const packages = { ${entries.join(', ')} }
export const nodeRequire = (name) => packages[name]?.() ?? required(name)`
  },
}

async function bundle(name: string, entry: string): Promise<void> {
  await build({
    configFile: false,
    root,
    logLevel: 'error',
    plugins: [bundledRequire],
    ssr: { noExternal: true },
    build: {
      ssr: entry,
      outDir: out,
      emptyOutDir: false,
      target: 'node24',
      minify: true,
      rolldownOptions: { output: { entryFileNames: `${name}.mjs`, codeSplitting: false } },
    },
  })
}

function read(folder: string, file: string): string | undefined {
  try {
    return readFileSync(join(folder, file), 'utf8')
  } catch {
    return undefined
  }
}

const out = mkdtempSync(join(tmpdir(), 'sparring-action-'))
try {
  for (const [name, entry] of Object.entries(entries)) await bundle(name, entry)
  const stale = Object.keys(entries)
    .map((name) => `${name}.mjs`)
    .filter((file) => read(out, file) !== read(dist, file))
  if (!process.argv.includes('--check')) {
    mkdirSync(dist, { recursive: true })
    for (const file of stale) writeFileSync(dist + file, read(out, file)!)
  } else if (stale.length > 0) {
    console.error(`${stale.map((file) => `action/dist/${file}`).join(', ')}: not up to date. Run: npm run build:action`)
    process.exitCode = 1
  }
} finally {
  rmSync(out, { recursive: true, force: true })
}
