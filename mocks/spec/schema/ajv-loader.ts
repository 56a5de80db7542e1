import type { Ajv2020, KeywordCxt, Name, _ } from 'ajv/dist/2020.js'
import type { FormatsPlugin } from 'ajv-formats'

/** The parts of Ajv in use; loading them is left to the caller, so that nothing is loaded before a value is checked. */
export interface AjvParts {
  readonly Ajv2020: typeof Ajv2020
  readonly _: typeof _
  readonly Name: typeof Name
  readonly addFormats: FormatsPlugin
}

/** Loads Ajv, synchronously; called once, when first needed. */
export type LoadAjv = () => AjvParts

export type AjvKeyword = KeywordCxt
