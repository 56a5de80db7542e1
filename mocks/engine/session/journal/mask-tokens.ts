import { mask } from '../../../behaviour/authenticate/authenticate.ts'
import { mediaTypeOf } from '../../../spec/media/media-type.ts'

/** Header fields whose values are, or contain, secrets. */
export const SECRET_HEADERS: ReadonlySet<string> = new Set([
  'authorization',
  'proxy-authorization',
  'cookie',
  'set-cookie',
])

/** OAuth 2 fields that are credentials. */
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

/** Whether a field of this name holds a secret. */
export function isSecretName(name: string): boolean {
  return SECRETS.has(name) || SECRET.test(name)
}

const SECRET =
  /pass(?:word|phrase|wd|code)|^pwd$|secret|token|api[-_]?key|authori[sz]ation|credential|private[-_]?key|signature|cookie|^(?:ssn|cvv|cvc|pin|otp)$|card[-_]?number|iban|account[-_]?number/i

/** Masks the secrets in the body of a token request or its answer, for the journal. */
export function maskBody(text: string, contentType: string | undefined): string {
  return mediaTypeOf(contentType) === 'application/x-www-form-urlencoded' ? maskForm(text) : maskText(text)
}

/**
 * Masks secrets in a text that may be JSON, complete or cut, of any depth. It is not parsed, since text that cannot be
 * parsed must not be shown either.
 */
export function maskText(text: string): string {
  return maskFields(text, (name) => SECRETS.has(name))
}

/** Masks fields of JSON whose name is secret. */
export function maskFields(text: string, isSecret: (name: string) => boolean): string {
  return text.replaceAll(TEXTS, (whole, name: string, colon: string | undefined, value: string | undefined) =>
    colon && value && isSecret(unescape(name)) ? `"${name}"${colon}"${mask(value)}"` : whole,
  )
}

/** Matches each string of JSON, and its value if it is a name; the last string may be cut off. */
const TEXTS = /"((?:[^"\\]|\\.)*)(?:"|\\?$)(?:(\s*:\s*)"((?:[^"\\]|\\.)*)(?:"|\\?$))?/gs

/** Masks secrets in a query, or in a URL that ends in one. */
export function maskQuery(text: string): string {
  return text.replaceAll(/(^|[?&])([\w-]+)=([^&#]*)/g, (whole, before: string, name: string, value: string) =>
    SECRETS.has(name) && value !== '' ? `${before}${name}=${mask(value)}` : whole,
  )
}

function maskForm(text: string): string {
  const fields = [...new URLSearchParams(text)]
  if (!fields.some(([name]) => SECRETS.has(name))) return text
  return fields
    .map(
      ([name, value]) => `${encodeURIComponent(name)}=${SECRETS.has(name) ? mask(value) : encodeURIComponent(value)}`,
    )
    .join('&')
}

/** Decodes the escapes in a name. */
function unescape(name: string): string {
  if (!name.includes('\\')) return name
  try {
    return JSON.parse(`"${name}"`) as string
  } catch {
    return name
  }
}
