import { operationPath } from '../../spec/http/methods.ts'
import { resolve } from 'node:path'
import type { Library } from '../../load/library.ts'
import { packageFile } from '../../load/files/package-root.ts'
import type { Overlays } from '../../load/sidecar.ts'
import { asRecord } from '../../scenario/raw.ts'
import { dialectVendor } from '../../spec/model/dialects.ts'
import { responsePlace } from '../../spec/lint/bodies.ts'
import { lintVendor } from '../../spec/lint/lint.ts'
import { isSwagger } from '../../spec/compile/check-document.ts'
import { escapeSegment, getPointer, formatPointer } from '../../spec/references/pointer.ts'
import { InvalidFileError, type Problem } from '../../spec/problems/problem.ts'
import { SchemaError } from '../../spec/schema/schema-error.ts'
import type { SchemaObject } from '../../spec/schema/schema-object.ts'
import type { Operation } from '../../spec/model/operation/operation.ts'
import type { Vendor } from '../../spec/model/vendor.ts'
import { lintMade } from './check-made.ts'
import { lintUnmet } from './check-unmet.ts'
import { percentDecoded } from '../../state/text.ts'

export interface CheckedSpec {
  /** Undefined when the document cannot be used. */
  readonly vendor: Vendor | undefined
  readonly problems: readonly Problem[]
}

/** Compiles a spec with all its schemas, which are otherwise compiled on first use, and lints it. */
export function checkSpec(library: Library, file: string, overlays?: Overlays): CheckedSpec {
  let vendor: Vendor
  try {
    vendor = library.vendor(file, overlays)
  } catch (error) {
    if (error instanceof InvalidFileError) return { vendor: undefined, problems: error.problems }
    throw error
  }
  const problems = [...problemsOf(library, vendor, file), ...problemsOfCode(library, vendor)]
  for (const name of vendor.dialects?.names ?? []) {
    if (name === vendor.dialect) continue
    try {
      problems.push(...problemsOf(library, dialectVendor(vendor, name), file))
    } catch (error) {
      if (!(error instanceof InvalidFileError)) throw error
      problems.push(...error.problems)
    }
  }
  return { vendor, problems }
}

function problemsOfCode(library: Library, vendor: Vendor): readonly Problem[] {
  try {
    library.operations(vendor)
    return []
  } catch (error) {
    if (error instanceof InvalidFileError) return error.problems
    throw error
  }
}

/** Problems of a usable vendor. */
function problemsOf(library: Library, vendor: Vendor, file: string): Problem[] {
  const source = library.specOf(vendor).source
  const seen = new Set<SchemaObject>()
  const problems: Problem[] = [...vendor.flaws]
  for (const [schema, place] of [...vendor.operations.values()].flatMap(schemasOf)) {
    if (seen.has(schema)) continue
    seen.add(schema)
    const error = compileError(vendor, schema)
    if (!error) continue
    const inside = percentDecoded(error.pointer.slice(1))
    // For a schema behind a reference, the pointer is the document's; otherwise the schema's own.
    const pointer = inside !== '' && getPointer(source.data, inside) !== undefined ? inside : place + inside
    problems.push(source.problem({ code: error.code, pointer, message: `The schema cannot be used: ${error.reason}` }))
  }
  const written = library.read(file)
  if (isSwagger(written.data)) {
    const message = 'This is Swagger 2.0. It is played as the OpenAPI 3 document that it converts to.'
    problems.push(written.problem({ code: 'converted', severity: 'info', pointer: '/swagger', message }))
  }
  const examples = resolve(file).startsWith(packageFile('specs')) ? 'error' : 'warning'
  problems.push(...lintVendor(asRecord(source.data), vendor, { examples }).map(source.problem))
  problems.push(...lintMade(vendor).map(source.problem))
  problems.push(...lintUnmet(vendor, asRecord(source.data)).map(source.problem))
  return problems
}

function compileError(vendor: Vendor, schema: SchemaObject): SchemaError | undefined {
  try {
    vendor.schemas.validator(schema)
    return undefined
  } catch (error) {
    if (error instanceof SchemaError) return error
    throw error
  }
}

/** The schemas of an operation with their pointers; for a reference, the pointer of the reference. */
function schemasOf(operation: Operation): Array<readonly [SchemaObject, string]> {
  const at = formatPointer(operationPath(operation))
  const found: Array<readonly [SchemaObject | undefined, string]> = [
    ...operation.parameters.map(({ schema }) => [schema, `${at}/parameters`] as const),
    ...[...(operation.body?.content ?? [])].map(
      ([type, schema]) => [schema, `${at}/requestBody/content/${escapeSegment(type)}/schema`] as const,
    ),
    ...operation.responses.flatMap((response) => {
      const place = responsePlace(operation, response)
      return (response.choices.length > 0 ? response.choices : [response]).map(
        ({ range, mediaType, schema }) =>
          [schema, `${place}/content/${escapeSegment(range ?? mediaType ?? '')}/schema`] as const,
      )
    }),
  ]
  return found.filter((entry): entry is readonly [SchemaObject, string] => entry[0] !== undefined)
}
