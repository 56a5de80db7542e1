import { failuresOf } from './closures/check.ts'
import { createChecker, type Dates } from './closures/checker.ts'
import type { Direction } from './closures/direction.ts'
import type { SchemaIssue, Validate } from './issue.ts'
import { readIssues } from './read-issues.ts'
import { createNormalize, type Normalize } from './normalize.ts'
import { createRoot, followReference, type Located } from './root.ts'
import { SchemaError } from './schema-error.ts'
import { isObject } from './schema-object.ts'

export interface SchemasOptions {
  /** The document's `openapi` field: `3.0.3`, `3.1.0`, `3.2.0`. */
  readonly version: string
  /** Leaves out unusable parts of a schema, which are errors otherwise. */
  readonly lenient?: boolean | undefined
}

export interface ValidatorOptions {
  /**
   * Ignores required `readOnly` properties in a request and `writeOnly` ones in a response; without it every `required`
   * applies.
   */
  readonly direction?: Direction | undefined
  /** The syntax of `format: date-time`. Default: RFC 3339. */
  readonly dates?: Dates | undefined
}

/** A JSON Pointer into the document (`#/components/schemas/Job`), a schema, or a located schema. */
export type SchemaInput = string | boolean | object | Located

/** The schemas of one document, and standalone ones that may refer to it. */
export interface Schemas {
  /**
   * The validator of a schema, compiled on first use and cached.
   *
   * @throws SchemaError when the schema cannot be compiled
   */
  readonly validator: (schema: SchemaInput, options?: ValidatorOptions) => Validate
  /** Finds a schema by pointer, or gives a standalone schema a place. */
  readonly locate: (schema: SchemaInput) => Located
  /** Converts a schema object to JSON Schema 2020-12. */
  readonly normalize: Normalize
}

/**
 * Opens a document's schemas; nothing is walked or compiled before it is needed.
 *
 * @example
 * const schemas = createSchemas(document, { version: '3.1.0' })
 * schemas.validator('#/components/schemas/Job')({})
 * //=> [{ keyword: 'required', path: '/id', params: {}, message: 'id is required' }]
 */
export function createSchemas(document: unknown, { version, lenient }: SchemasOptions): Schemas {
  const root = createRoot(document)
  const normalize = createNormalize(version, lenient)
  const alone = new WeakMap<object, Located>()
  const byText = new Map<string, Located>()
  const compilers = {
    'rfc-3339': new Map<Direction | undefined, Compiler>(),
    'iso-8601': new Map<Direction | undefined, Compiler>(),
  }

  const locate = (schema: SchemaInput): Located => {
    if (typeof schema === 'string') return followReference(root, schema.startsWith('#') ? schema : `#${schema}`, schema)
    if (typeof schema === 'boolean') return { schema, root, pointer: '#' }
    if (isLocated(schema)) return schema
    let located = alone.get(schema)
    if (!located) {
      if (!isObject(schema))
        throw new SchemaError('#', `${JSON.stringify(schema)} is not a schema. Give an object, true or false.`)
      // Plain-data schemas are copied around, so equal JSON text identifies a schema.
      const text = JSON.stringify(schema)
      located = byText.get(text) ?? { schema, root: createRoot(schema, root), pointer: '#' }
      byText.set(text, located)
      alone.set(schema, located)
    }
    return located
  }

  return {
    locate,
    normalize,
    validator: (schema, options) => {
      const direction = options?.direction
      const dates = options?.dates ?? 'rfc-3339'
      let compiler = compilers[dates].get(direction)
      if (!compiler) {
        compiler = createCompiler(normalize, direction, dates)
        compilers[dates].set(direction, compiler)
      }
      return compiler(locate(schema))
    },
  }
}

type Compiler = (located: Located) => Validate

function isLocated(schema: object): schema is Located {
  const { root } = schema as Partial<Located>
  return root?.followed instanceof Map
}

/** Compiles each schema once. */
function createCompiler(normalize: Normalize, direction: Direction | undefined, dates: Dates): Compiler {
  const checkOf = createChecker({ normalize, direction, dates })
  const kept = new WeakMap<object, Validate>()
  return (located) => {
    const { schema } = located
    if (typeof schema === 'boolean') return validateBy(checkOf(located))
    let validate = kept.get(schema)
    if (!validate) {
      validate = validateBy(checkOf(located))
      kept.set(schema, validate)
    }
    return validate
  }
}

function validateBy(check: ReturnType<ReturnType<typeof createChecker>>): Validate {
  return (value) => {
    try {
      const failures = failuresOf(check, value)
      return failures.length === 0 ? valid : readIssues(failures)
    } catch (error) {
      // A pattern, or an email or web address format, may overflow the stack on a text of megabytes.
      if (error instanceof RangeError) return tooLong
      throw error
    }
  }
}

const valid: readonly never[] = []

const tooLong: readonly SchemaIssue[] = [
  { keyword: 'format', path: '', params: {}, message: 'a text in it is too long to be checked' },
]
