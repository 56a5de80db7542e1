import type { ExchangeState } from '../exchange.ts'

/** The fields of a form or of a JSON body; those that are no texts are left out. */
export function bodyFields(exchange: Pick<ExchangeState, 'input'>): ReadonlyMap<string, string> {
  const body = exchange.input?.body
  if (body === null || typeof body !== 'object' || body instanceof Uint8Array) return new Map()
  // A field that is sent empty counts as left out (RFC 6749 section 3.2).
  const sent = Object.entries(body).filter(([, value]) => typeof value === 'string' && value !== '')
  return new Map(sent as ReadonlyArray<[string, string]>)
}

/** The words of a `scope` field; undefined where there are none. */
export function scopeWords(text: string | undefined): readonly string[] | undefined {
  const words = text?.split(' ').filter((word) => word !== '')
  return words && words.length > 0 ? [...new Set(words)] : undefined
}
