import { execFile } from 'node:child_process'
import { globSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { leg } from './leg.ts'

/**
 * Runs common linters and a type generator on the package's OpenAPI documents: `npm run lint:openapi`. The tools are
 * installed into `scripts/openapi` in the versions of its lock file. `--write` regenerates the types of the control
 * API, which a test client uses.
 */
const root = resolve(import.meta.dirname, '..')
const home = join(root, 'scripts/openapi')
const out = join(home, 'node_modules/.cache/types')
/** Real ms that one command may take. */
const PATIENCE = 180_000
const documents = globSync(['specs/*/openapi.yaml', 'specs/*.openapi.yaml'], { cwd: root }).sort()

if (!isInstalled()) {
  await leg('install', async () => {
    await run('npm', ['ci', '--ignore-scripts', '--prefer-offline', '--no-audit', '--no-fund'], home)
  })
}
if (process.exitCode === undefined) {
  await Promise.all([
    leg(`redocly, ${documents.length} documents`, async () => {
      await tool('redocly', 'lint', '--config', join(home, 'redocly.yaml'), ...documents)
    }),
    leg(`spectral, ${documents.length} documents`, async () => {
      await tool('spectral', 'lint', '--ruleset', join(home, 'spectral.yaml'), '--fail-severity', 'warn', ...documents)
    }),
    leg(`types of ${documents.length} documents`, checkTypes),
    leg('types of the control API', checkControlClient),
  ])
}

/** Generates types from each document, and compiles them with the strictest settings of users. */
async function checkTypes(): Promise<void> {
  rmSync(out, { recursive: true, force: true })
  mkdirSync(out, { recursive: true })
  for (const document of documents)
    await tool('openapi-typescript', document, '--output', join(out, `${document.replaceAll(/\W+/g, '-')}.ts`))
  const strict = { strict: true, exactOptionalPropertyTypes: true, noUncheckedIndexedAccess: true }
  const compilerOptions = { ...strict, noEmit: true, target: 'es2022', module: 'nodenext', types: [] }
  writeFileSync(join(out, 'tsconfig.json'), JSON.stringify({ compilerOptions, include: ['*.ts'] }))
  await tool('tsc', '--project', out)
}

/** Whether the types of the test client match the document. */
async function checkControlClient(): Promise<void> {
  const kept = join(root, 'test/support/server/control-api.ts')
  const fresh = join(home, 'node_modules/.cache/control-api.ts')
  const target = process.argv.includes('--write') ? kept : fresh
  // An answer always has a property with a default; a request may omit it.
  await tool('openapi-typescript', 'specs/control.openapi.yaml', '--default-non-nullable=false', '--output', target)
  if (readFileSync(target, 'utf8') === readFileSync(kept, 'utf8')) return
  throw new Error(`${kept} is not what the document gives. Run: npm run lint:openapi -- --write`)
}

/** Whether the last install is newer than the lock file. */
function isInstalled(): boolean {
  const installed = statSync(join(home, 'node_modules/.package-lock.json'), { throwIfNoEntry: false })
  return installed !== undefined && installed.mtimeMs >= statSync(join(home, 'package-lock.json')).mtimeMs
}

async function tool(name: string, ...args: string[]): Promise<void> {
  await run(join(home, 'node_modules/.bin', name), args, root)
}

async function run(file: string, args: readonly string[], cwd: string): Promise<void> {
  const env = { ...process.env, NO_COLOR: '1', REDOCLY_TELEMETRY: 'off', REDOCLY_SUPPRESS_UPDATE_NOTICE: 'true' }
  await promisify(execFile)(file, args, { cwd, env, timeout: PATIENCE, maxBuffer: 64 * 1024 * 1024 })
}
