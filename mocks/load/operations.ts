import { operationPath } from '../spec/http/methods.ts'
import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { basename, dirname, resolve } from 'node:path'
import { type Operations, STEPS } from '../behaviour/operations.ts'
import { didYouMean } from '../spec/problems/nearest.ts'
import { formatPath } from '../spec/overlay/format-path.ts'
import { formatPointer } from '../spec/references/pointer.ts'
import { type Finding, InvalidFileError, type Problem } from '../spec/problems/problem.ts'
import type { Operation } from '../spec/model/operation/operation.ts'
import type { Vendor } from '../spec/model/vendor.ts'
import { isRecord } from '../spec/values/is-record.ts'
import { notAFile } from './files/regular-file.ts'
import { vendorNameOf } from './sidecar.ts'

const ENDINGS = ['ts', 'mts', 'js', 'mjs']

/**
 * Loads the code of a document. It is synchronous because `createMock` is; Node strips the types.
 *
 * @param how.exported - the exports of the code, if it is already loaded
 * @throws {@link InvalidFileError} for code that cannot be loaded or names something that the vendor does not have
 */
export function loadOperations(
  vendor: Vendor,
  path: string,
  { displayPath, exported: known }: { readonly displayPath: (file: string) => string; readonly exported?: unknown },
): Operations {
  const problem = (message: string): Problem => ({
    code: 'bad-operations',
    pointer: '',
    severity: 'error',
    message,
    file: displayPath(path),
    line: 1,
    column: 1,
  })
  const other = notAFile(path)
  if (other !== undefined)
    throw new InvalidFileError(`the code ${displayPath(path)}`, [problem(`"${displayPath(path)}" ${other}.`)])
  const exported = isRecord(known) ? known : requireCode(path, problem)
  const problems = checkOperations(vendor, exported['operations']).map(problem)
  if (problems.length > 0) throw new InvalidFileError(`the code ${displayPath(path)}`, problems)
  return exported['operations'] as Operations
}

/** The mistakes in a vendor's code, one sentence each. */
function checkOperations(vendor: Vendor, operations: unknown): string[] {
  if (operations === null || typeof operations !== 'object') {
    return [
      'It exports no "operations". Write: export const operations = { <operationId>: { handle: (context) => … } }',
    ]
  }
  return Object.entries(operations).flatMap(([id, steps]: [string, unknown]) => {
    if (!vendor.operations.has(id) && !operationOfDialect(vendor, id)) {
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

/** An operation that only a dialect has. */
function operationOfDialect({ dialects }: Vendor, id: string): Operation | undefined {
  const name = dialects?.names.find((each) => dialects.vendor(each).operations.has(id))
  return name === undefined ? undefined : dialects!.vendor(name).operations.get(id)
}

/**
 * Finds disagreements between a document and its code: `code: true` must be on each operation for which code answers a
 * part, and on no other.
 *
 * @param code - the code's name in messages; undefined if there is none
 */
export function checkMarks(vendor: Vendor, operations: Operations | undefined, code: string | undefined): Finding[] {
  const byCode = new Set(Object.keys(operations ?? {}))
  const others = [...byCode].filter((id) => !vendor.operations.has(id))
  const ofDialects = others.flatMap((id) => operationOfDialect(vendor, id) ?? [])
  return [...vendor.operations.values(), ...ofDialects].flatMap((operation): Finding[] => {
    const { id } = operation
    if (operation.code === byCode.has(id)) return []
    const place = placeOf(operation)
    if (operation.code) {
      const missing = code === undefined ? 'the document has no code beside it' : `${code} has none`
      const message = `"${id}" says that code answers part of it, and ${missing}. Write the code, or remove "code: true".`
      return [{ code: 'missing-code', pointer: formatPointer([...place, 'x-mock', 'code']), message }]
    }
    const action = `{ target: "${formatPath(place)}", update: { x-mock: { code: true } } }`
    const message = `${code} answers part of "${id}", and its x-mock does not say so. Write "code: true" there; in an overlay: ${action}.`
    return [{ code: 'unmarked-code', pointer: formatPointer(place), message }]
  })
}

function placeOf({ path, method }: Operation): readonly string[] {
  return operationPath({ path, method })
}

/** The file with the code of a document: `operations.ts` beside `openapi.yaml`, `<name>.operations.ts` beside any other. */
export function findOperations(file: string): string | undefined {
  const base = basename(file).replace(/\.(?:ya?ml|json)$/, '')
  const names = [
    ...(base === 'openapi' ? ['operations'] : []),
    `${vendorNameOf(file)}.operations`,
    `${base}.operations`,
  ]
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
        ? 'It waits at its top level (await), and createMock() is synchronous. Remove the await.'
        : `It cannot be loaded: ${String(message ?? error).split('\n')[0]!}`
    throw new InvalidFileError(`the code ${path}`, [problem(why)])
  }
}
