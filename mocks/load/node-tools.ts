import { readFileSync } from 'node:fs'
import type { CelModule } from '../spec/values/cel.ts'
import type { Tools } from '../spec/compile/compile-vendor.ts'
import type { XmlElement } from '../spec/media/read-xml.ts'
import type { JsonSchema } from '../spec/grammar/grammar.ts'
import { lazyRequire } from '../spec/read/node-require.ts'
import { withTextCoders } from './files/node-text.ts'
import { packageFile } from './files/package-root.ts'

const loadCel = lazyRequire<CelModule>('@marcbachmann/cel-js')

const loadXml = lazyRequire<typeof import('@rgrove/parse-xml')>('@rgrove/parse-xml')

/**
 * The tools that the compiler needs from Node.
 *
 * @throws Error on a Node that is too old to run the package
 */
export function nodeTools(): Tools {
  if (typeof Map.groupBy !== 'function') {
    throw new Error(`Failed to start: sparring needs Node 22.18 or later, and this is Node ${process.versions.node}.`)
  }
  return {
    loadCel: () => withTextCoders(loadCel),
    parseXml: (text) => loadXml().parseXml(text).root as unknown as XmlElement,
    get grammar() {
      return readGrammar('specs/x-mock.schema.json')
    },
  }
}

const grammars = new Map<string, JsonSchema>()

/** A grammar of the package, read on first use: the package's own documents do not need it. */
export function readGrammar(file: string): JsonSchema {
  let grammar = grammars.get(file)
  if (!grammar) {
    grammar = JSON.parse(readFileSync(packageFile(file), 'utf8')) as JsonSchema
    grammars.set(file, grammar)
  }
  return grammar
}
