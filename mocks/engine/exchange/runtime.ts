import { type Completion, createGenerator, type LoadFaker } from '../../generate/generator.ts'
import type { Operations } from '../../behaviour/operations.ts'
import type { Reason } from '../../spec/model/reason.ts'
import { createProjector } from '../../spec/schema/project.ts'
import type { SchemaObject } from '../../spec/schema/schema-object.ts'
import type { Vendor } from '../../spec/model/vendor.ts'

/** A vendor that is ready to serve, with everything built from its schemas on first use. */
export interface Runtime {
  readonly vendor: Vendor
  /** The vendor's own code, by operationId. */
  readonly code: Operations | undefined
  /** The operation whose code runs when a session is first used. */
  readonly begins: string | undefined
  readonly make: (seed: number, schema: SchemaObject, identity: ReadonlyArray<string | number>) => unknown
  /** Like `make`, for an error that says why a request is refused. */
  readonly makeError: (
    seed: number,
    schema: SchemaObject,
    identity: ReadonlyArray<string | number>,
    reason: Reason,
  ) => unknown
  readonly project: ReturnType<typeof createProjector>
  /** Adds what the schema of an answer requires, at every depth, and keeps existing values. */
  readonly complete: (seed: number, schema: SchemaObject, value: unknown, as: Completion) => unknown
  /** The same vendor in one of its dialects, made on first use; undefined where it has no dialects. */
  readonly dialect: ((name: string) => Runtime) | undefined
}

/** Generated values kept per vendor. When full, the cache is emptied and values are generated again on demand. */
const KEPT = 2000

/** Variants tried until one fits the schema; nearly always the first one does. */
const ATTEMPTS = 16
const RESPONSE = { direction: 'response' } as const

export function createRuntime(vendor: Vendor, loadFaker: LoadFaker, code?: Operations): Runtime {
  const { dialects } = vendor
  if (!dialects) return ready(vendor, undefined, loadFaker, code)
  const made = new Map<string, Runtime>()
  const dialect = (name: string): Runtime => {
    let runtime = made.get(name)
    if (!runtime) made.set(name, (runtime = ready(dialects.vendor(name), dialect, loadFaker, code)))
    return runtime
  }
  return dialect(dialects.base)
}

function ready(
  vendor: Vendor,
  dialect: Runtime['dialect'],
  loadFaker: LoadFaker,
  code: Operations | undefined,
): Runtime {
  const generator = createGenerator({ schemas: vendor.schemas, seed: 0, loadFaker })
  let kept = new WeakMap<SchemaObject, Map<string, unknown>>()
  let count = 0
  // Dates are generated around the day the facts were gathered, not today, so that the same seed gives the same bytes.
  const now = Date.parse(vendor.facts ?? '') || Date.parse('2026-01-01')
  const generate = (seed: number, schema: SchemaObject, identity: readonly (string | number)[], reason?: Reason) => {
    const check = vendor.schemas.validator(schema, RESPONSE)
    const options = { now, ...RESPONSE, reason, attempts: ATTEMPTS }
    return generator.generateValid(schema, [seed, vendor.name, ...identity], check, options).value
  }
  return {
    vendor,
    code,
    begins: Object.keys(code ?? {}).find((operation) => code![operation]!.begin !== undefined),
    dialect,
    project: createProjector(vendor.schemas),
    complete: (seed, schema, value, { identity, items }) => {
      const own = (rest: Completion['identity']) => [seed, vendor.name, ...rest]
      const ownItems = items && {
        at: items.at,
        identityOf: (index: number) => {
          const item = items.identityOf(index)
          return item && own(item)
        },
      }
      return generator.complete(schema, value, { identity: own(identity), items: ownItems }, { now })
    },
    makeError: (seed, schema, identity, reason) => generate(seed, schema, identity, reason),
    make: (seed, schema, identity) => {
      if (count >= KEPT) {
        kept = new WeakMap()
        count = 0
      }
      let values = kept.get(schema)
      if (!values) kept.set(schema, (values = new Map()))
      const key = `${seed}\u001f${identity.join('\u001f')}`
      if (values.has(key)) return values.get(key)
      const made = generate(seed, schema, identity)
      values.set(key, made)
      count++
      return made
    },
  }
}
