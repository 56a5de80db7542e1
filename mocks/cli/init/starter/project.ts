import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { isRecord } from '../../../spec/values/is-record.ts'
import { isFolder } from '../../../load/files/regular-file.ts'

export type Runner = 'vitest' | 'jest' | 'playwright' | 'node:test'

/** The test setup of a project. */
export interface Project {
  readonly runner: Runner
  readonly isTypeScript: boolean
  /** Whether its `.js` files are ES modules. */
  readonly isModule: boolean
  /** Where a test belongs, relative to the project's folder. */
  readonly folder: string
  readonly hasManifest: boolean
  /** Whether Jest can load ES modules, such as this package, with the current Node. */
  readonly isJestForModules: boolean
}

/** First Node version in which Jest 30 loads ES modules from CommonJS, with `--experimental-vm-modules`. */
const JEST_MODULES = [24, 9] as const

const RUNNERS: ReadonlyArray<readonly [name: string, runner: Runner]> = [
  ['vitest', 'vitest'],
  ['jest', 'jest'],
  ['@playwright/test', 'playwright'],
]

/**
 * Reads `package.json` and the existing folders; `node:test` needs neither.
 *
 * @param node - the version of Node that tests run under: `24.21.0`
 * @throws Error if `package.json` is not valid JSON
 */
export function readProject(folder: string, node: string = process.versions.node): Project {
  const manifest = readManifest(join(folder, 'package.json'))
  const names = ['dependencies', 'devDependencies'].flatMap((field) => {
    const packages = manifest?.[field]
    return isRecord(packages) ? Object.keys(packages) : []
  })
  const runner = RUNNERS.find(([name]) => names.includes(name))?.[1] ?? 'node:test'
  const folders = runner === 'playwright' ? ['e2e', 'tests', 'test'] : ['test', 'tests', '__tests__']
  return {
    runner,
    isTypeScript: names.includes('typescript') || existsSync(join(folder, 'tsconfig.json')),
    isModule: manifest?.['type'] === 'module',
    folder: folders.find((name) => isFolder(join(folder, name))) ?? (runner === 'playwright' ? 'tests' : 'test'),
    hasManifest: manifest !== undefined,
    isJestForModules: isSince(node, JEST_MODULES),
  }
}

function isSince(version: string, [major, minor]: readonly [number, number]): boolean {
  const [ownMajor = 0, ownMinor = 0] = version.split('.').map(Number)
  return ownMajor > major || (ownMajor === major && ownMinor >= minor)
}

function readManifest(file: string): Readonly<Record<string, unknown>> | undefined {
  if (!existsSync(file)) return undefined
  try {
    const manifest: unknown = JSON.parse(readFileSync(file, 'utf8').replace(/^\uFEFF/, ''))
    return isRecord(manifest) ? manifest : undefined
  } catch (error) {
    throw new Error(`Failed to read ${file}: ${(error as Error).message}`, { cause: error })
  }
}
