import { nodeRequire } from '../node-require.ts'
import { ajvEngine } from './ajv-engine.ts'
import type { AjvParts } from './ajv-loader.ts'

/** Compiles schemas by Ajv, in Node. */
export const ajv = ajvEngine(loadAjv)

/** Loads Ajv in Node. */
function loadAjv(): AjvParts {
  const { Ajv2020, _, Name } = nodeRequire('ajv/dist/2020.js') as typeof import('ajv/dist/2020.js')
  const formats = nodeRequire('ajv-formats') as typeof import('ajv-formats')
  return { Ajv2020, _, Name, addFormats: formats.default }
}
