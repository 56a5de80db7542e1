import { checkGrammar, type JsonSchema } from '../grammar/grammar.ts'
import type { SpecDocument } from '../model/document.ts'
import type { Assumption, SourceMark } from '../model/vendor.ts'
import type { Finding } from '../problems/problem.ts'
import { formatPointer } from '../references/pointer.ts'

const ASSUMED = 'x-mock-assumed'
const SOURCE = 'x-mock-source'

/** Collects the assumptions: behaviour that the mock decides and the vendor does not document. */
export function collectAssumptions(document: SpecDocument): Assumption[] {
  return marksOf(document, ASSUMED).map(({ pointer, value }) => ({ pointer, reason: onOneLine(String(value)) }))
}

/** Collects the source marks of the document. */
export function collectSources(document: SpecDocument): SourceMark[] {
  return marksOf(document, SOURCE).flatMap(({ pointer, value }) => readSource(pointer, value) ?? [])
}

/** Checks source marks outside `x-mock`; its grammar covers those inside. */
export function checkSources(document: SpecDocument, grammar: JsonSchema): Finding[] {
  const { 'x-mock': _, ...rest } = document
  const schema = { $ref: '#/$defs/source', $defs: grammar.$defs } as JsonSchema
  return marksOf(rest, SOURCE).flatMap(({ pointer, value }) =>
    checkGrammar(value, schema, { at: `${pointer}/${SOURCE}`, what: `"${SOURCE}"` }),
  )
}

function readSource(pointer: string, value: unknown): SourceMark | undefined {
  const [, who, part] = /^(document|client|assumed)(?:: (\S[^]*))?$/.exec(String(value)) ?? []
  if (who === undefined) return undefined
  return {
    pointer,
    who: who as SourceMark['who'],
    ...(part !== undefined && { part: onOneLine(part) }),
  }
}

/** Joins the lines of a multi-line YAML text. */
function onOneLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ').trim()
}

function marksOf(
  document: Readonly<Record<string, unknown>>,
  name: string,
): Array<{ readonly pointer: string; readonly value: unknown }> {
  const found: Array<{ readonly pointer: string; readonly value: unknown }> = []
  const path: string[] = []
  // Builds pointers only for marks, since they are few.
  const walk = (holder: Readonly<Record<string, unknown>>): void => {
    for (const key of Object.keys(holder)) {
      const entry = holder[key]
      if (key === name) found.push({ pointer: formatPointer(path), value: entry })
      else if (entry !== null && typeof entry === 'object') {
        path.push(key)
        walk(entry as typeof holder)
        path.pop()
      }
    }
  }
  walk(document)
  return found
}
