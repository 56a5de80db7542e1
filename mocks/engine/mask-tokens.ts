import { mask } from '../behaviour/authenticate.ts'

/** Fields of OAuth 2 that let in whoever has them. */
const SECRETS = new Set([
  'access_token',
  'refresh_token',
  'id_token',
  'token',
  'code',
  'code_verifier',
  'client_secret',
  'client_assertion',
])

/** A body of a request for tokens, or of its answer, without what must not be read in a journal. */
export function maskFields(value: unknown): unknown {
  if (value === null || typeof value !== 'object' || Array.isArray(value) || value instanceof Uint8Array) return value
  return Object.fromEntries(
    Object.entries(value).map(([name, entry]) => [
      name,
      SECRETS.has(name) && typeof entry === 'string' ? mask(entry) : entry,
    ]),
  )
}

/** The same of a body that was written out. */
export function maskText(text: string): string {
  try {
    return JSON.stringify(maskFields(JSON.parse(text)))
  } catch {
    return text
  }
}

/** The same of a query, or of a URL that ends in one. */
export function maskQuery(text: string): string {
  return text.replaceAll(/(^|[?&])([\w-]+)=([^&#]*)/g, (whole, before: string, name: string, value: string) =>
    SECRETS.has(name) && value !== '' ? `${before}${name}=${mask(value)}` : whole,
  )
}
