import { readFileSync } from 'node:fs'
import { load } from 'js-yaml'
import { run } from '../../../mocks/cli/run.ts'
import { document } from '../data/folder.ts'
import { capture } from './capture.ts'

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
  const { texts, print } = capture({})
  const code = await run(argv, {}, print)
  return { code, out: texts.all }
}

/** Writes a document to a folder of its own and runs `sparring init` on it. */
export async function begin(text: string, name = 'vendor.yaml', ...flags: readonly string[]): Promise<Begun> {
  const file = document(name, text)
  const { code, out } = await command('init', file, ...flags)
  const written = readFileSync(file.replace(/\.\w+$/, '.mock.overlay.yaml'), 'utf8')
  const overlay = load(written) as Begun['overlay']
  const mock = (overlay.actions.find(({ target }) => target === '$')?.update?.['x-mock'] ?? {}) as Raw
  return { code, out, document: file, text: written, overlay, mock }
}

/** The same for a fixture. */
export function beginFixture(name: string): Promise<Begun> {
  return begin(readFileSync(`test/fixtures/init/${name}.yaml`, 'utf8'))
}
