import { checkGrammar, type JsonSchema } from '../grammar/grammar.ts'
import type { SpecDocument } from '../model/document.ts'
import type { Assumption, SourceMark } from '../model/vendor.ts'
import type { Finding } from '../problems/problem.ts'
import { escapeSegment } from '../references/pointer.ts'

const ASSUMED = 'x-mock-assumed'
const SOURCE = 'x-mock-source'

/** What the mock decides and the vendor does not document. */
export function collectAssumptions(document: SpecDocument): Assumption[] {
  return marksOf(document, ASSUMED).map(({ pointer, value }) => ({ pointer, reason: onOneLine(String(value)) }))
}

/** Who states what, where the document says so. */
export function collectSources(document: SpecDocument): SourceMark[] {
  return marksOf(document, SOURCE).flatMap(({ pointer, value }) => readSource(pointer, value) ?? [])
}

/** Checks the marks of sources outside `x-mock`, whose own grammar covers those inside. */
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

/** A text as YAML has it over several lines. */
function onOneLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ').trim()
}

function marksOf(document: object, name: string): Array<{ readonly pointer: string; readonly value: unknown }> {
  const found: Array<{ readonly pointer: string; readonly value: unknown }> = []
  const walk = (value: unknown, pointer: string): void => {
    if (value === null || typeof value !== 'object') return
    for (const [key, entry] of Object.entries(value)) {
      if (key === name) found.push({ pointer, value: entry })
      else if (entry !== null && typeof entry === 'object') walk(entry, `${pointer}/${escapeSegment(key)}`)
    }
  }
  walk(document, '')
  return found
}
