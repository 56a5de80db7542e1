import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, openSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { exportVariable, fail, input, inputs, mask, messageOf, required, saveState, setOutput } from './runner.ts'

/** What `sparring serve --json` prints when it is ready. */
interface Ready {
  readonly url: string
  readonly pid: number
  readonly env: Readonly<Record<string, string>>
  readonly vendors: Readonly<
    Record<
      string,
      {
        readonly urls: readonly [string, ...string[]]
        readonly credentials: { readonly active: string; readonly webhookSecret: string }
      }
    >
  >
}

const SERVERS = ['sparring.mjs', '../../dist/cli/main.js']
const LOOK_AGAIN_MS = 20
const PATIENCE_MS = 60_000

try {
  const folder = mkdtempSync(join(required('RUNNER_TEMP'), 'sparring-'))
  const ready = await serve(folder)
  saveState('url', ready.url)
  saveState('pid', String(ready.pid))
  const journal = join(folder, 'journal.json')
  saveState('journal', journal)
  setOutput('journal', journal)
  const vendors = Object.entries(ready.vendors).map(([name, { urls, credentials }]) => {
    const { active: key, webhookSecret } = credentials
    return [name, { url: urls[0], key, webhookSecret }] as const
  })
  for (const value of new Set(vendors.flatMap(([, { key, webhookSecret }]) => [key, webhookSecret]))) mask(value)
  setOutput('url', ready.url)
  setOutput('vendors', JSON.stringify(Object.fromEntries(vendors)))
  for (const [name, value] of Object.entries(ready.env)) exportVariable(name, value)
  console.log(`sparring serves ${vendors.map(([name]) => name).join(', ')} at ${ready.url}`)
} catch (error) {
  fail(messageOf(error))
}

/** Starts a server that outlives this step; resolves when it is ready. */
async function serve(folder: string): Promise<Ready> {
  const [out, log] = [join(folder, 'ready.json'), join(folder, 'server.log')]
  // In the package the server is there already, and is not packed twice.
  const server = SERVERS.map((path) => fileURLToPath(new URL(path, import.meta.url))).find((file) => existsSync(file))
  const scenarios = inputs('scenario').flatMap((name) => ['--scenario', name])
  const args = ['serve', ...inputs('vendors'), ...scenarios, '--port', input('port') || '0', '--json']
  const child = spawn(process.execPath, [server!, ...args], {
    cwd: process.env['GITHUB_WORKSPACE'] || process.cwd(),
    detached: true,
    // Main ends at once, and the server goes on.
    env: { ...process.env, SPARRING_STOP_WITH_PARENT: '0' },
    stdio: ['ignore', openSync(out, 'w'), openSync(log, 'w')],
  })
  let ended: string | undefined
  child.on('error', (error) => (ended = error.message))
  child.on('exit', (code, signal) => (ended ??= `the server has ended with ${code ?? signal}`))
  const until = performance.now() + PATIENCE_MS
  for (;;) {
    const line = readFileSync(out, 'utf8')
    if (line.endsWith('\n')) {
      child.unref()
      return JSON.parse(line) as Ready
    }
    if (ended !== undefined) throw new Error(readFileSync(log, 'utf8').trim() || ended)
    if (performance.now() > until) {
      child.kill('SIGKILL')
      throw new Error(`The server was not ready within ${PATIENCE_MS / 1000} s.\n${readFileSync(log, 'utf8')}`)
    }
    await sleep(LOOK_AGAIN_MS)
  }
}
