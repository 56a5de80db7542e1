import { Ajv2020 } from 'ajv/dist/2020.js'
import addFormatsModule from 'ajv-formats'
import { asJsonSchema, type Direction } from './json-schema.ts'
import type { Schema } from './operations.ts'
import type { Sources } from './sources.ts'

/** Describes why a value is invalid, in one line; `undefined` if it is valid. */
export type Judge = (schema: Schema, value: unknown) => string | undefined

// The module is CommonJS with a default export.
const addFormats = addFormatsModule as unknown as (ajv: Ajv2020) => unknown

/** Creates a validator with Ajv for all files of a document. */
export function createJudge(sources: Sources, direction: Direction): Judge {
  const ajv = new Ajv2020({
    strict: false,
    logger: false,
    validateSchema: false,
    inlineRefs: false,
    code: { regExp: Object.assign(regExp, { code: 'new RegExp' }) },
  })
  addFormats(ajv)
  ajv.addFormat('int64', true)
  ajv.addFormat('int32', true)
  ajv.addFormat('uri', { type: 'string', validate: (text: string) => URL.canParse(text) })
  ajv.addFormat('url', { type: 'string', validate: (text: string) => URL.canParse(text) })
  const dialect = {
    isOld: !/^3\.[1-9]/.test(sources.version),
    direction,
    at: (uri: string) => sources.at(uri)?.value,
  }
  for (const [uri, file] of sources.files) ajv.addSchema(asJsonSchema(file, dialect) as object, uri)
  const known = new Map<string, ReturnType<Ajv2020['compile']>>()
  return (schema, value) => {
    if (schema === undefined) return undefined
    const key = JSON.stringify(schema)
    let validate = known.get(key)
    if (!validate) {
      validate = compiled(ajv, asJsonSchema(schema, dialect) as object)
      known.set(key, validate)
    }
    if (validate(value)) return undefined
    const [error] = validate.errors ?? []
    return `${error?.instancePath ?? ''} ${error?.message ?? ''} ${error ? JSON.stringify(error.params) : ''}`.trim()
  }
}

/** A schema that cannot be compiled accepts everything, and is reported on stderr. */
function compiled(ajv: Ajv2020, schema: object): ReturnType<Ajv2020['compile']> {
  try {
    return ajv.compile(schema)
  } catch (error) {
    console.error(`Ajv cannot compile ${JSON.stringify(schema)}: ${String(error)}`)
    return ajv.compile({})
  }
}

/** Regular expressions of other languages, translated where possible; others accept everything. */
function regExp(pattern: string): RegExp {
  const [, flag, rest] = /^\(\?(i)\)(.*)$/s.exec(pattern) ?? [undefined, '', pattern]
  const plain = rest!.replaceAll(/\\A/g, '^').replaceAll(/\\[zZ]/g, '$')
  for (const flags of [`u${flag}`, flag]) {
    try {
      return new RegExp(plain, flags)
    } catch {
      continue
    }
  }
  return /(?:)/
}
