import type { SpecDocument } from '../model/document.ts'
import type { FindReason } from '../problems/flaws.ts'
import { didYouMean } from '../problems/nearest.ts'
import { deref } from '../references/deref.ts'
import { asRecord, entriesOf, isRecord, type Raw, textOf } from '../values/is-record.ts'
import { formatPointer, parsePointer, unescapeSegment } from '../references/pointer.ts'
import { framingFinding, isFramingHeader } from '../http/own-headers.ts'
import type { Finding } from '../problems/problem.ts'
import type { Patch, Refusal } from '../model/vendor.ts'
import { type Compiling, compileValue, type Value, constantOf } from '../values/value.ts'

/** Plain data of a document; read with {@link record} and friends, which never trust its shape. */
export type Data = Raw

export { asRecord as record, entriesOf as entries, textOf }

/** What every step of the compiler shares. */
export interface Context extends Compiling {
  /** Name of the vendor: its tables begin with it. */
  readonly vendor: string
  readonly document: SpecDocument
  /** Follows `$ref` to where the value stands; reports nothing, since what cannot be followed was reported before. */
  readonly deref: <Node extends object = Data>(
    node: unknown,
    pointer: string,
  ) => { readonly node: Node; readonly pointer: string }
  /** Reports what is wrong and can be played around. */
  readonly flaw: (finding: Finding) => void
  /** Why a part of the document cannot be played. */
  readonly whyLeftOut: FindReason
  readonly errors: Map<string, Refusal>
  /** What the bodies of all errors share; known before the first of them is compiled. */
  readonly shared: Patch[]
  /** Code under which each response component is used. */
  readonly statuses: ReadonlyMap<string, string>
}

export function createContext(
  parts: Pick<Context, 'vendor' | 'document' | 'statuses' | 'flaw' | 'whyLeftOut'>,
  compiling: Compiling,
): Context {
  const { document } = parts
  return {
    ...parts,
    ...compiling,
    errors: new Map(),
    shared: [],
    deref: <Node extends object>(node: unknown, pointer: string) => {
      const found = deref(document, node)
      return { node: found.node as Node, pointer: found.path ? formatPointer(found.path) : pointer }
    },
  }
}

export function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}

/** A schema object; `true` and `false` say nothing that is of use here. */
export function schemaOf(value: unknown): Data | undefined {
  return isRecord(value) ? value : undefined
}

/** Finds the documented error a keyword names; reports a name that is not there. */
export function refusalOf(context: Context, name: unknown, pointer: string): Refusal | undefined {
  if (typeof name !== 'string') return undefined
  const found = context.errors.get(name)
  if (found) return found
  context.report({
    code: 'unknown-error',
    pointer,
    message: `"${name}" is not one of components.responses or one of their examples.${didYouMean(name, context.errors.keys())}`,
  })
  return undefined
}

/** `{ /pointer: value }` with expressions allowed in both halves. */
export function compilePatches(raw: unknown, pointer: string, compiling: Compiling): readonly Patch[] {
  return entriesOf(raw).map(([target, value]) => {
    const place = formatPointer([...parsePointer(pointer), target])
    const segments = compileTarget(target, place, compiling)
    const only = segments.length === 1 ? constantOf(segments[0]!)?.value : undefined
    return {
      key: typeof only === 'string' && only !== '__proto__' ? only : undefined,
      segments,
      value: compileValue(value, place, compiling),
    }
  })
}

/** A JSON Pointer whose segments may be values. */
export function compileTarget(target: string, pointer: string, compiling: Compiling): readonly Value[] {
  return splitTarget(target).map((segment) => compileValue(segment, pointer, compiling))
}

export function compileFields(raw: unknown, pointer: string, compiling: Compiling): Array<readonly [string, Value]> {
  return entriesOf(raw).map(([field, value]) => [field, compileValue(value, `${pointer}/${field}`, compiling)] as const)
}

/** Headers of an answer, by name. */
export function compileHeaders(context: Context, raw: unknown, pointer: string): Array<readonly [string, Value]> {
  for (const name of Object.keys(asRecord(raw)))
    if (isFramingHeader(name)) context.report(framingFinding(name, `${pointer}/${name}`))
  return compileFields(raw, pointer, context)
}

/** A slash inside `{…}` belongs to the expression. */
function splitTarget(target: string): string[] {
  const segments: string[] = []
  for (const match of target.matchAll(/\/((?:\{\$[^{}]*\}|[^/])*)/g)) {
    segments.push(unescapeSegment(match[1]!))
  }
  return segments
}
