import type { Reason } from '../spec/model/reason.ts'
import type { SchemaIssue, Validate } from '../spec/schema/issue.ts'
import type { Located } from '../spec/schema/root.ts'
import type { SchemaInput, Schemas } from '../spec/schema/validator.ts'
import { createBudget, TooMuchError } from './budget.ts'
import { createCompile } from './compile.ts'
import { createCompletion } from './complete.ts'
import type { Compile } from './context.ts'
import type { Choice } from './flatten.ts'
import { nothing, type Context, type Make } from './context.ts'
import { createFakerOn, createPeople, type LoadFaker } from './words/people.ts'

export type { LoadFaker } from './words/people.ts'

export interface GeneratorOptions {
  /** Resolves the schemas' references. */
  readonly schemas: Schemas
  /** A different seed gives different values. */
  readonly seed: string | number
  /** Loads Faker for the first field that needs a name, a place or a product. */
  readonly loadFaker: LoadFaker
}

export interface GenerateOptions {
  /**
   * The reference instant for dates, in milliseconds.
   *
   * @default 2026-01-01T00:00:00Z
   */
  readonly now?: number | undefined
  /**
   * Maximum nesting of optional objects and arrays.
   *
   * @default 8
   */
  readonly depth?: number | undefined
  /**
   * Whether the schema's own examples are preferred to generated values.
   *
   * @default true
   */
  readonly examples?: boolean | undefined
  /** A `response` omits `writeOnly` properties, a `request` `readOnly` ones; if absent, both are included. */
  readonly direction?: 'request' | 'response' | undefined
  /** Why a request is refused, for a value that is an error. */
  readonly reason?: Reason | undefined
}

/** A value with its issues; `issues` is empty when it is valid. */
export interface Attempt {
  readonly value: unknown
  readonly issues: readonly SchemaIssue[]
}

export interface Generator {
  /**
   * Generates a value for a schema. Each field depends only on the seed, the identity and the field's place.
   *
   * @param identity - the identity of the value: `['seek', 'workers', 'linkedin-profile']`
   * @throws SchemaError when a reference is broken
   * @throws {@link TooMuchError} when the schema exceeds the limits
   */
  readonly generate: (schema: SchemaInput, identity: Identity, options?: GenerateOptions) => unknown
  /**
   * Generates and validates a value; tries variants (no examples, other branches of unions, nothing optional) until one
   * is valid. If none is, returns the one with the fewest issues.
   *
   * @param options - `attempts`: maximum number of variants, 16 by default
   */
  readonly generateValid: (
    schema: SchemaInput,
    identity: Identity,
    validate: Validate,
    options?: GenerateOptions & { readonly attempts?: number },
  ) => Attempt
  /**
   * Adds to an answer's value what its schema requires, at every depth. Existing parts stay unchanged; returns the same
   * value where nothing is missing.
   */
  readonly complete: (
    schema: SchemaInput,
    value: unknown,
    as: Completion,
    options?: Pick<GenerateOptions, 'now'>,
  ) => unknown
}

/** The identity of a completed value: added parts are those that {@link Generator.generate} makes for it. */
export interface Completion {
  readonly identity: Identity
  readonly items?: OwnItems | undefined
}

/** Parts of a value with their own identity, so that they are the same alone and in a list. */
export interface OwnItems {
  /** JSON Pointers of an item, or of lists of items. */
  readonly at: readonly string[]
  readonly identityOf: (index: number) => Identity | undefined
}

export type Identity = ReadonlyArray<string | number>

/**
 * Creates a generator of values for the schemas of one document.
 *
 * @example
 * const generator = createGenerator({ schemas, seed: 1, loadFaker })
 * generator.generate('#/components/schemas/User', ['seek', 'users', 'u1'])
 * //=> { id: 'd8a1…', first_name: 'Elva', email: 'elva.crona@crona-kihn.example' }
 */
export function createGenerator({ schemas, seed, loadFaker }: GeneratorOptions): Generator {
  const fakerOn = createFakerOn(loadFaker)
  const compilers = new Map<string, Compile>()
  const idOf = createIds()
  const compilerOf = (choice: Choice): Compile => {
    const key = `${choice.shift} ${choice.isApart ?? false} ${choice.isTolerant ?? false}`
    let compile = compilers.get(key)
    if (!compile) compilers.set(key, (compile = createCompile(schemas, choice, compilerOf, idOf)))
    return compile
  }
  const roots = new WeakMap<object, Make>()

  const makerOf = (schema: SchemaInput, choice: Choice): Make => {
    const located = schemas.locate(schema)
    const isUsual = choice.shift === 0 && !choice.isApart && !choice.isTolerant
    const known = isUsual && typeof located.schema === 'object' ? roots.get(located.schema) : undefined
    if (known) return known
    const make = compilerOf(choice)([located], '', 'thing')
    if (isUsual && typeof located.schema === 'object') roots.set(located.schema, make)
    return make
  }

  const contextFor = (identity: Identity, options: GenerateOptions, variant: Variant): Context => {
    const key = [seed, ...identity].join('\u001f')
    return {
      key,
      now: options.now ?? defaultNow,
      depth: options.depth ?? 8,
      direction: options.direction,
      reason: options.reason && { ...options.reason, index: undefined },
      minimal: variant.minimal,
      examples: variant.examples && options.examples !== false,
      isTolerant: variant.isTolerant === true,
      people: createPeople(key, fakerOn),
      open: new Map(),
      budget: createBudget(),
      level: { now: 0, recursive: 0 },
    }
  }

  const run = (schema: SchemaInput, identity: Identity, options: GenerateOptions, variant: Variant): unknown =>
    makerOf(schema, variant)(contextFor(identity, options, variant), '', '')

  /** A schema without valid values still needs some answer: the nearest to it, else null. */
  const nearest = (schema: SchemaInput, identity: Identity, options: GenerateOptions): unknown => {
    const value = run(schema, identity, options, tolerant)
    return value === nothing ? null : value
  }

  const completion = createCompletion(schemas, compilerOf, idOf)

  return {
    generate: (schema, identity, options = {}) => {
      const value = run(schema, identity, options, plain)
      return value === nothing ? nearest(schema, identity, options) : value
    },
    generateValid: (schema, identity, validate, { attempts = 16, ...options } = {}) => {
      let best: Attempt | undefined
      for (let index = 0; index < attempts + LAST_RESORTS.length; index++) {
        const variant = LAST_RESORTS[index - attempts] ?? variantAt(index)
        const value = attempt(() => run(schema, identity, options, variant), index < MINIMAL)
        if (value === nothing) continue
        const issues = validate(value)
        if (!best || issues.length < best.issues.length) best = { value, issues }
        if (issues.length === 0) break
      }
      if (best) return best
      const value = nearest(schema, identity, options)
      return { value, issues: validate(value) }
    },
    complete: (schema, value, { identity, items }, { now } = {}) => {
      if (typeof value !== 'object' || value === null) return value
      const options = { now, direction: 'response' } as const
      const contextOf = (own: Identity): Context => contextFor(own, options, plain)
      const located = schemas.locate(schema)
      return completion([located])(value, {
        context: contextOf(identity),
        path: '',
        name: '',
        items: items && {
          at: items.at,
          contextOf: (index) => {
            const own = items.identityOf(index)
            return own && contextOf(own)
          },
        },
      })
    },
  }
}

/** The first variant without optional parts: what exceeds the limits here exceeds them in all variants. */
const MINIMAL = 2

/** The value, or `nothing` where it is too large and another variant may be smaller. */
function attempt(make: () => unknown, hasLess: boolean): unknown {
  try {
    return make()
  } catch (error) {
    if (hasLess && error instanceof TooMuchError) return nothing
    throw error
  }
}

const defaultNow = Date.UTC(2026, 0, 1)

interface Variant extends Choice {
  readonly minimal: boolean
  readonly examples: boolean
}

const plain: Variant = { shift: 0, minimal: false, examples: true }
const tolerant: Variant = { ...plain, isTolerant: true }

/** Tried where no usual variant is valid. */
const LAST_RESORTS: readonly Variant[] = [0, 1].map((shift) => ({ ...plain, shift, examples: false, isApart: true }))

/** With examples, without examples, minimal; then the same for each further branch. */
function variantAt(index: number): Variant {
  if (index === 0) return plain
  return { shift: Math.floor((index - 1) / 2), minimal: (index - 1) % 2 === 1, examples: false }
}

/** Numbers schemas in order of first use. */
function createIds(): (located: Located) => string {
  const ids = new WeakMap<object, string>()
  let count = 0
  const numberOf = (value: object): string => {
    let id = ids.get(value)
    if (id === undefined) ids.set(value, (id = String(++count)))
    return id
  }
  return ({ schema, scope }) => {
    if (typeof schema === 'boolean') return String(schema)
    // In another scope, a `$dynamicRef` in the schema may have another target.
    return scope === undefined ? numberOf(schema) : [schema, ...scope].map(numberOf).join('@')
  }
}
