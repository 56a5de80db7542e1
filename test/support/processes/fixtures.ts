import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { join, relative, resolve } from 'node:path'
import { expect, onTestFinished } from 'vitest'
import { run } from '../../../mocks/cli/run.ts'
import { capture } from './capture.ts'

export interface Written {
  readonly code: number
  readonly out: string
  readonly err: string
}

/** Runs `sparring fixtures …` in this process; `isTTY` gives it a terminal. */
export async function fixtures(argv: readonly string[], isTTY = false): Promise<Written> {
  const env = { NO_COLOR: '1' }
  const { texts, print } = capture(env, isTTY)
  const code = await run(['fixtures', ...argv], env, print)
  return { code, out: texts.out, err: texts.err }
}

/** An empty folder inside the project, so that what is written there finds its packages. */
export function emptyFolder(): string {
  mkdirSync('.vitest', { recursive: true })
  const folder = mkdtempSync('.vitest/fixtures-')
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** The text of each file below a folder, by path. */
export function tree(folder: string): Readonly<Record<string, string>> {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()
  return Object.fromEntries(files.map((file) => [relative(folder, file), readFileSync(file, 'utf8')]))
}

/** Reads a file of JSON below a folder. */
export function read<T = Readonly<Record<string, unknown>>>(folder: string, path: string): T {
  return JSON.parse(readFileSync(join(folder, path), 'utf8')) as T
}

/** Imports a module that was written. */
export async function load<T>(folder: string, path: string): Promise<T> {
  return (await import(/* @vite-ignore */ resolve(folder, path))) as T
}

/** Writes the fixtures of a document, and gives their folder. */
export async function written(...argv: readonly string[]): Promise<string> {
  const folder = emptyFolder()
  expect(await fixtures([...argv, '--out', folder])).toMatchObject({ code: 0, err: '' })
  return folder
}
