import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { parse } from 'yaml'
import { createPrint } from '../../../mocks/cli/print.ts'
import { run } from '../../../mocks/cli/run.ts'

/** What `sparring init` has made of a document. */
export interface Begun {
  readonly code: number
  /** All that was printed. */
  readonly out: string
  readonly document: string
  readonly text: string
  readonly overlay: { readonly actions: ReadonlyArray<{ readonly target: string; readonly update?: Raw }> }
  /** What stands under `x-mock` at the root. */
  readonly mock: Raw
}

type Raw = Readonly<Record<string, unknown>>

/** Runs a command in this process. */
export async function command(...argv: readonly string[]): Promise<{ readonly code: number; readonly out: string }> {
  let out = ''
  const stream = { write: (text: string) => (out += text) }
  const code = await run(argv, {}, createPrint({ stdout: stream, stderr: stream, env: {} }))
  return { code, out }
}

/** Writes a document to a folder of its own and runs `sparring init` on it. */
export async function begin(text: string, name = 'vendor.yaml'): Promise<Begun> {
  const folder = mkdtempSync(join(tmpdir(), 'sparring-init-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const document = join(folder, name)
  writeFileSync(document, text)
  const { code, out } = await command('init', document)
  const written = readFileSync(join(folder, name.replace(/\.\w+$/, '.mock.overlay.yaml')), 'utf8')
  const overlay = parse(written) as Begun['overlay']
  const mock = (overlay.actions.find(({ target }) => target === '$')?.update?.['x-mock'] ?? {}) as Raw
  return { code, out, document, text: written, overlay, mock }
}

/** The same for a fixture. */
export function beginFixture(name: string): Promise<Begun> {
  return begin(readFileSync(`test/fixtures/init/${name}.yaml`, 'utf8'))
}
