import type { SpecDocument } from '../model/document.ts'
import type { FindReason } from '../problems/flaws.ts'
import { deref } from '../references/deref.ts'
import { asRecord, entriesOf, isRecord, type Raw, asString } from '../values/is-record.ts'
import { formatPointer, unescapeSegment } from '../references/pointer.ts'
import { framingProblem, isFramingHeader } from '../http/own-headers.ts'
import type { Finding } from '../problems/problem.ts'
import type { Patch, Refusal } from '../model/response.ts'
import { type Compiling, compileValue, type Value, constantOf } from '../values/value.ts'
import { Cursor } from './cursor.ts'

/** Untyped data of a document; read with {@link record} and similar functions, which never trust its shape. */
export type Data = Raw

export { asRecord as record, entriesOf as entries, asString }

/** Shared by all steps of the compiler. */
export interface Context extends Compiling {
  /** Name of the vendor, which prefixes its tables. */
  readonly vendor: string
  readonly document: SpecDocument
  /** Reports an error that does not prevent the document from being mocked. */
  readonly flaw: (finding: Finding) => void
  /** Why a part of the document cannot be mocked. */
  readonly whyLeftOut: FindReason
  readonly errors: Map<string, Refusal>
  /** Patches for the bodies of all errors; filled before the first error is compiled. */
  readonly shared: Patch[]
  /** Code under which each response component is used. */
  readonly statuses: ReadonlyMap<string, string>
}

/** A place in the document being compiled. */
export type SpecCursor = Cursor<Context>

/** Creates the cursor at the root of a document, with the shared context. */
export function openSpec(
  parts: Pick<Context, 'vendor' | 'document' | 'statuses' | 'flaw' | 'whyLeftOut'>,
  compiling: Compiling,
): SpecCursor {
  return new Cursor(parts.document, '', { ...parts, ...compiling, errors: new Map(), shared: [] })
}

/** The root of the document being compiled. */
export function documentRoot(context: Context): SpecCursor {
  return new Cursor(context.document, '', context)
}

/** Follows `$ref` to its target; reports nothing, since broken references were reported before. */
export function followRef(cursor: SpecCursor): SpecCursor {
  const { node, path } = deref(cursor.context.document, cursor.value)
  if (path) return new Cursor(node, formatPointer(path), cursor.context)
  return node === cursor.value ? cursor : cursor.with(node)
}

/** A schema object; boolean schemas are ignored here. */
export function schemaOf(value: unknown): Data | undefined {
  return isRecord(value) ? value : undefined
}

/** Finds the documented error that a keyword names; reports an unknown name. */
export function compileRefusal(name: SpecCursor): Refusal | undefined {
  if (name.text() === undefined) return undefined
  return name.oneOf(name.context.errors, 'error', 'one of components.responses or one of their examples')
}

/** `{ /pointer: value }` with expressions allowed in both halves. */
export function compilePatches(patches: Cursor<Compiling>): readonly Patch[] {
  return patches.entries().map(([, value]) => {
    const segments = compileTarget(value.key)
    const only = segments.length === 1 ? constantOf(segments[0]!)?.value : undefined
    return {
      key: typeof only === 'string' && only !== '__proto__' ? only : undefined,
      segments,
      value: value.compile(),
    }
  })
}

/** A JSON Pointer whose segments may be values. */
export function compileTarget(target: Cursor<Compiling>): readonly Value[] {
  return splitTarget(String(target.value)).map((segment) => compileValue(segment, target.pointer, target.context))
}

export function compileFields(fields: Cursor<Compiling>): Array<readonly [string, Value]> {
  return fields.entries().map(([field, value]) => [field, value.compile()] as const)
}

/** Response headers, by name. */
export function compileHeaders(headers: Cursor<Compiling>): Array<readonly [string, Value]> {
  for (const [name, header] of headers.entries())
    if (isFramingHeader(name)) header.report('bad-header', framingProblem(name))
  return compileFields(headers)
}

/** Names of the document's security schemes. */
export function schemeNames({ document }: Context): string[] {
  return Object.keys(asRecord(asRecord(document.components)['securitySchemes']))
}

/** A slash inside `{…}` belongs to the expression. */
function splitTarget(target: string): string[] {
  const segments: string[] = []
  for (const match of target.matchAll(/\/((?:\{\$[^{}]*\}|[^/])*)/g)) {
    segments.push(unescapeSegment(match[1]!))
  }
  return segments
}
