import { execFile } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join, resolve } from 'node:path'
import { promisify } from 'node:util'

/** Real ms that one command may take. */
const PATIENCE = 120_000

/** The Nodes to test besides the current one: the first is the oldest that `engines` allows. */
export const NODES = ['22.18', '26'] as const

export const root = resolve(import.meta.dirname, '../..')
const work = mkdtempSync(join(tmpdir(), 'sparring-peers-'))
const run = promisify(execFile)

/** The package as it is published. */
export async function pack(): Promise<string> {
  const [packed] = JSON.parse(await command(root, 'npm', 'pack', '--json', '--pack-destination', work)) as [
    { readonly filename: string },
  ]
  return join(work, packed.filename)
}

/** Path of the project of that name. */
export function folderOf(name: string): string {
  return join(work, name)
}

/** The Node of that version, which the project `node-22.18` has installed. */
export function nodeOf(version: string): string {
  return join(folderOf(`node-${version}`), 'node_modules/node/bin/node')
}

/** A new project, as empty as after `npm init`. */
export function project(name: string): string {
  const folder = folderOf(name)
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'package.json'), '{ "private": true, "type": "module", "allowScripts": { "node": true } }')
  return folder
}

export async function install(folder: string, ...packages: string[]): Promise<void> {
  await command(folder, 'npm', 'install', '-D', '--prefer-offline', '--no-audit', '--no-fund', ...packages)
}

/** Runs a command with the Node of this process, and gives what it has printed. */
export async function command(folder: string, file: string, ...args: string[]): Promise<string> {
  return commandUnder(process.execPath, folder, file, ...args)
}

/** The same, but with another `node` for everything that the command starts. */
export async function commandUnder(node: string, folder: string, file: string, ...args: string[]): Promise<string> {
  const env = { ...process.env, NO_COLOR: '1', PATH: `${dirname(node)}${delimiter}${process.env['PATH']}` }
  const { stdout } = await run(file, args, { cwd: folder, env, timeout: PATIENCE, maxBuffer: 64 * 1024 * 1024 })
  return stdout
}

export function removeAll(): void {
  rmSync(work, { recursive: true, force: true })
}

/** `vitest@5.1.1`, pinned so that a new release does not affect a run. */
export function ownVersion(name: string): string {
  const { devDependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    readonly devDependencies: Readonly<Record<string, string>>
  }
  return `${name}@${devDependencies[name]}`
}
