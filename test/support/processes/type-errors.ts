import { spawnSync } from 'node:child_process'
import { copyFileSync, existsSync, mkdirSync, renameSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './command.ts'

/**
 * What `tsc` says of a folder with a `tsconfig.json` that extends the project's own. The package's own sources are
 * checked again only after they have changed: `tsc` keeps under the name what it has found of them. Folders that use
 * most of the package share a name, so that one of them has it checked for all.
 */
export function typeErrors(folder: string, name: string): string {
  const cache = join(root, 'node_modules/.cache/types')
  mkdirSync(cache, { recursive: true })
  const kept = join(cache, `${name}.tsbuildinfo`)
  // Replaced as a whole, since another worker may read it meanwhile.
  const own = join(cache, `${name}-${process.pid}.tsbuildinfo`)
  if (existsSync(kept)) copyFileSync(kept, own)
  const tsc = join(root, 'node_modules/typescript/bin/tsc')
  const args = [tsc, '-p', folder, '--incremental', '--tsBuildInfoFile', own]
  const { stdout } = spawnSync(process.execPath, args, { encoding: 'utf8' })
  if (existsSync(own)) renameSync(own, kept)
  return stdout
}
