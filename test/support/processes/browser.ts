import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { extname, join, resolve } from 'node:path'
import { gzipSync } from 'node:zlib'
import { chromium, type Browser } from '@playwright/test'
import { build } from 'vite'
import { findChromium } from '../../../scripts/target/chromium.ts'

export { findChromium }

export const NO_CHROMIUM =
  'no Chromium: run "apt-get install chromium" (as root), or name one in SPARRING_CHROMIUM; .ci/run does it by itself'

export async function launch(): Promise<Browser> {
  // Root, as in a container, has no sandbox.
  return chromium.launch({ executablePath: findChromium()!, args: ['--no-sandbox'], timeout: 60_000 })
}

/** The package as it is published, with pages that import it by its name, bundled as an application would be. */
export interface Bundled {
  /** What a browser is served. */
  readonly folder: string
  /** What is bundled. */
  readonly sources: string
  /** Bytes of a module after gzip, with the chunks that come with it and not with one of the others. */
  readonly gzip: (name: string, without?: readonly string[]) => number
  readonly remove: () => void
}

/**
 * Builds the package into a folder of its own, and bundles pages with it.
 *
 * @param pages - sources by the name of the file that comes of each
 * @param own - modules that the command builds, by name: its arguments
 * @param external - packages that are left out
 */
export async function bundle(
  pages: Readonly<Record<string, string>>,
  own: Readonly<Record<string, readonly string[]>> = {},
  external: readonly string[] = [],
): Promise<Bundled> {
  const root = resolve('.')
  const folder = resolve(`.vitest/browser-${process.pid}-${bundles++}`)
  const installed = join(folder, 'node_modules/sparring')
  mkdirSync(installed, { recursive: true })
  run('scripts/build-modules.ts', join(installed, 'dist'))
  run('scripts/build-browser.ts', join(installed, 'dist'))
  for (const file of ['package.json', 'specs', 'scenarios']) symlinkSync(join(root, file), join(installed, file))
  // Else the repository itself would be found by the package's name.
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }')
  const vendors = readdirSync(join(installed, 'dist/browser')).filter((file) => file.endsWith('.js'))
  for (const [name, args] of Object.entries(own))
    run(join(installed, 'dist/cli/main.js'), 'build', ...args, '--out', join(folder, `${name}.js`))
  for (const [name, text] of Object.entries(pages)) writeFileSync(join(folder, `${name}.ts`), text)
  const out = join(folder, 'out')
  await build({
    configFile: false,
    root: folder,
    logLevel: 'error',
    resolve: { preserveSymlinks: true },
    build: {
      outDir: out,
      modulePreload: false,
      target: 'esnext',
      rollupOptions: {
        external: [...external],
        input: {
          ...Object.fromEntries(vendors.map((file) => [file.slice(0, -3), `sparring/browser/${file.slice(0, -3)}`])),
          ...Object.fromEntries(Object.keys(own).map((name) => [name, join(folder, `${name}.js`)])),
          ...Object.fromEntries(Object.keys(pages).map((name) => [name, join(folder, `${name}.ts`)])),
        },
        preserveEntrySignatures: 'strict',
        output: { entryFileNames: '[name].js', chunkFileNames: 'chunk-[name].js' },
      },
    },
  })
  const worker = 'mockServiceWorker.js'
  writeFileSync(join(out, worker), readFileSync(`node_modules/msw/lib/${worker}`))
  return {
    folder: out,
    sources: folder,
    gzip: (name, without = []) => {
      const others = new Set(without.flatMap((other) => [...loadedWith(out, `${other}.js`)]))
      return [...loadedWith(out, `${name}.js`)]
        .filter((file) => !others.has(file))
        .reduce((sum, file) => sum + gzipSync(readFileSync(join(out, file))).byteLength, 0)
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  }
}
let bundles = 0

/** A file and all that it imports at once. */
function loadedWith(out: string, file: string, found = new Set<string>()): Set<string> {
  if (found.has(file)) return found
  found.add(file)
  const text = readFileSync(join(out, file), 'utf8')
  for (const [, target] of text.matchAll(/(?:from|import)\s*["']\.\/([^"']+)["']/g)) loadedWith(out, target!, found)
  return found
}

export function run(...args: readonly string[]): void {
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' })
  if (status !== 0) throw new Error(`Failed to run ${args.join(' ')}: ${stdout}${stderr}`)
}

export interface Site {
  readonly url: string
  readonly close: () => Promise<void>
}

const TYPES: Readonly<Record<string, string>> = { '.js': 'text/javascript', '.html': 'text/html' }

/** Serves a folder on a free port of loopback; `/` and `/<page>.html` are pages that load one script. */
export async function serveSite(folder: string, policy: string): Promise<Site> {
  const server = createServer((request, response) => {
    const path = new URL(request.url!, 'http://localhost').pathname
    const file = join(folder, path)
    const isPage = path.endsWith('.html')
    if (!isPage && !existsSync(file)) return response.writeHead(404).end()
    response.setHeader('content-type', TYPES[extname(path)] ?? 'application/octet-stream')
    response.setHeader('content-security-policy', policy)
    const script = path.replace('.html', '.js')
    response.end(isPage ? `<!doctype html><script type="module" src="${script}"></script>` : readFileSync(file))
  })
  await new Promise<void>((done) => {
    server.listen(0, '127.0.0.1', done)
  })
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((done) => {
        server.close(() => done())
        server.closeAllConnections()
      }),
  }
}
