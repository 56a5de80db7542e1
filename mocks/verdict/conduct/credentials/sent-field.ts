import type { Facts } from '../../../engine/session/journal/facts.ts'
import { isRecord } from '../../../spec/values/is-record.ts'
import { decodeText } from '../../../state/text.ts'

/** A string field of a request's form or JSON body; undefined if it is missing, or no longer in the journal. */
export function sentField({ body }: Pick<Facts, 'body'>, name: string): string | undefined {
  if (!body) return undefined
  const text = decodeText(body)
  if (!text.trimStart().startsWith('{')) return new URLSearchParams(text).get(name) ?? undefined
  try {
    const value: unknown = JSON.parse(text)
    const field = isRecord(value) ? value[name] : undefined
    return typeof field === 'string' ? field : undefined
  } catch {
    return undefined
  }
}
