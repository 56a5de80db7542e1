import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { root } from './command.ts'

/**
 * What `tsc` says of a folder with a `tsconfig.json`. The package's own sources are checked again only after they have
 * changed: `tsc` keeps under the name what it has found of them.
 */
export function typeErrors(folder: string, name: string): string {
  const kept = join(root, 'node_modules/.cache/types', `${name}.tsbuildinfo`)
  const tsc = join(root, 'node_modules/typescript/bin/tsc')
  const args = [tsc, '-p', folder, '--incremental', '--tsBuildInfoFile', kept]
  return spawnSync(process.execPath, args, { encoding: 'utf8' }).stdout
}
