import { mkdirSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { project } from '../data/folder.ts'

/** The proxy of the machine that runs the tests is none of theirs. */
const NO_PROXY = Object.fromEntries(
  ['HTTP_PROXY', 'HTTPS_PROXY', 'ALL_PROXY', 'NO_PROXY'].flatMap((name) => [
    [name, ''],
    [name.toLowerCase(), ''],
  ]),
)

/** An empty folder, in which `exec` makes its temporary files. */
export function temporary() {
  const folder = join(project({}), 'tmp')
  mkdirSync(folder)
  const left = (): string[] => readdirSync(folder).filter((name) => name.startsWith('sparring-exec-'))
  return { env: { ...NO_PROXY, TMPDIR: folder }, folder, left }
}
