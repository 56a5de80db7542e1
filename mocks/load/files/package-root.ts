import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, resolve } from 'node:path'
import { ownFile } from '../../spec/read/node-require.ts'

let root: string | undefined

/**
 * A file or folder of the package, by its path from the root: `specs`, `scenarios`. Searched on first use: above this
 * code, else, if a bundler has moved the code, where the project has installed the package.
 *
 * @throws Error when it is in neither place
 */
export function packageFile(path: string): string {
  root ??= findAbove(dirname(ownFile)) ?? findInstalled()
  return resolve(root, path)
}

let version: string | undefined

/** The version of this package. */
export function packageVersion(): string {
  return (version ??= (JSON.parse(readFileSync(packageFile('package.json'), 'utf8')) as { readonly version: string })
    .version)
}

function findAbove(folder: string): string | undefined {
  const file = resolve(folder, 'package.json')
  if (existsSync(file) && nameIn(file) === 'sparring') return folder
  const parent = dirname(folder)
  return parent === folder ? undefined : findAbove(parent)
}

function findInstalled(): string {
  try {
    return dirname(createRequire(resolve('index.js')).resolve('sparring/package.json'))
  } catch (cause) {
    throw new Error(
      `Failed to find the specs of sparring: they are not above ${ownFile}, and sparring is not installed in ${process.cwd()}. Keep the package out of the bundle (as an "external"), or run where it is installed.`,
      { cause },
    )
  }
}

function nameIn(file: string): unknown {
  return (JSON.parse(readFileSync(file, 'utf8')) as { readonly name?: unknown }).name
}
