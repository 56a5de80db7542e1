import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { basename, dirname, resolve } from 'node:path'
import { type Operations, STEPS } from '../behaviour/operations.ts'
import { didYouMean } from '../spec/nearest.ts'
import { InvalidFileError, type Problem } from '../spec/problem.ts'
import type { Vendor } from '../spec/vendor.ts'
import { notAFile } from './regular-file.ts'
import { nameOf } from './sidecar.ts'

const ENDINGS = ['ts', 'mts', 'js', 'mjs']

/**
 * The code that belongs to a document: `operations.ts` beside `openapi.yaml`, `<name>.operations.ts` beside any other.
 * Loaded synchronously, since `createMock` is; Node strips the types.
 *
 * @throws {@link InvalidFileError} for code that cannot be loaded or names what the vendor has not
 */
export function loadOperations(vendor: Vendor, file: string, shown: (file: string) => string): Operations | undefined {
  const path = findOperations(file)
  if (path === undefined) return undefined
  const problem = (message: string): Problem => ({
    code: 'bad-operations',
    pointer: '',
    severity: 'error',
    message,
    file: shown(path),
    line: 1,
    column: 1,
  })
  const other = notAFile(path)
  if (other !== undefined)
    throw new InvalidFileError(`the code ${shown(path)}`, [problem(`"${shown(path)}" ${other}.`)])
  const exported = requireCode(path, problem)
  const problems = checkOperations(vendor, exported['operations']).map(problem)
  if (problems.length > 0) throw new InvalidFileError(`the code ${shown(path)}`, problems)
  return exported['operations'] as Operations
}

/** What is wrong with the code of a vendor, one sentence each. */
export function checkOperations(vendor: Vendor, operations: unknown): string[] {
  if (operations === null || typeof operations !== 'object') {
    return [
      'It exports no "operations". Write: export const operations = { <operationId>: { handle: (context) => … } }',
    ]
  }
  return Object.entries(operations).flatMap(([id, steps]: [string, unknown]) => {
    if (!vendor.operations.has(id) && !isOfDialect(vendor, id)) {
      return [`"${id}" is not an operation of ${vendor.name}.${didYouMean(id, vendor.operations.keys())}`]
    }
    return Object.entries((steps ?? {}) as object).flatMap(([step, run]: [string, unknown]) => {
      if (!(STEPS as readonly string[]).includes(step)) {
        return [
          `"${step}" of ${id} is not a step that code can do.${didYouMean(step, STEPS)} Known: ${STEPS.join(', ')}.`,
        ]
      }
      return typeof run === 'function' ? [] : [`"${step}" of ${id} must be a function; it is ${typeof run}.`]
    })
  })
}

function isOfDialect({ dialects }: Vendor, id: string): boolean {
  return dialects?.names.some((name) => dialects.vendor(name).operations.has(id)) ?? false
}

/** Where the code that belongs to a document is. */
export function findOperations(file: string): string | undefined {
  const base = basename(file).replace(/\.(?:ya?ml|json)$/, '')
  const names = [...(base === 'openapi' ? ['operations'] : []), `${nameOf(file)}.operations`, `${base}.operations`]
  return names
    .flatMap((name) => ENDINGS.map((ending) => resolve(dirname(file), `${name}.${ending}`)))
    .find((path) => existsSync(path))
}

function requireCode(path: string, problem: (message: string) => Problem): Readonly<Record<string, unknown>> {
  try {
    return createRequire(path)(path) as Readonly<Record<string, unknown>>
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    const why =
      code === 'ERR_REQUIRE_ASYNC_MODULE'
        ? 'It waits at its top level (await), and a mock is created without waiting. Take the await out.'
        : `It cannot be loaded: ${String(message ?? error).split('\n')[0]!}`
    throw new InvalidFileError(`the code ${path}`, [problem(why)])
  }
}
