import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { CelModule } from '../spec/cel.ts'
import type { Tools } from '../spec/compile/vendor.ts'
import type { JsonSchema } from '../spec/grammar.ts'
import { ajv } from '../spec/schema/ajv-node.ts'

const require = createRequire(import.meta.url)

/** By a name: bundlers write an address of their own in the place of `new URL(…, import.meta.url)`. */
const here = import.meta.url

/** Root of the package: sources (`mocks/`) and build (`dist/`) stand one floor below it. */
export const packageRoot = new URL('../../', here)

/** Loads a module when it is first needed; synchronous, since `createMock` is. */
export function lazyRequire<T>(name: string): () => T {
  let loaded: T | undefined
  return () => (loaded ??= require(name) as T)
}

/** What the compiler needs from Node. */
export function nodeTools(): Tools {
  return {
    engine: ajv,
    loadCel: lazyRequire<CelModule>('@marcbachmann/cel-js'),
    grammar: readGrammar('specs/x-mock.schema.json'),
  }
}

export function readGrammar(file: string): JsonSchema {
  return JSON.parse(readFileSync(new URL(file, packageRoot), 'utf8')) as JsonSchema
}
