import { mask } from '../../behaviour/authenticate/authenticate.ts'
import { mediaTypeOf } from '../../spec/media/media-type.ts'

/** Fields of OAuth 2 that are credentials. */
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

/** Whether a field of this name holds what must not be repeated. */
export function isSecretName(name: string): boolean {
  return SECRETS.has(name) || SECRET.test(name)
}

const SECRET =
  /pass(?:word|phrase|wd|code)|^pwd$|secret|token|api[-_]?key|authori[sz]ation|credential|private[-_]?key|signature|cookie|^(?:ssn|cvv|cvc|pin|otp)$|card[-_]?number|iban|account[-_]?number/i

/** A body of a request for tokens, or of its answer, without what must not be read in a journal. */
export function maskBody(text: string, contentType: string | undefined): string {
  return mediaTypeOf(contentType) === 'application/x-www-form-urlencoded' ? maskForm(text) : maskText(text)
}

/**
 * The same of a text that may be JSON, whole or cut, of any depth: it is not parsed, since what cannot be parsed must not
 * be shown either.
 */
export function maskText(text: string): string {
  return maskFields(text, (name) => SECRETS.has(name))
}

/** The same of the fields that have a name of some kind. */
export function maskFields(text: string, isSecret: (name: string) => boolean): string {
  return text.replaceAll(TEXTS, (whole, name: string, colon: string | undefined, value: string | undefined) =>
    colon && value && isSecret(unescape(name)) ? `"${name}"${colon}"${mask(value)}"` : whole,
  )
}

/** Each text of JSON, with the one behind it where it is its name; the last of them may be cut off. */
const TEXTS = /"((?:[^"\\]|\\.)*)(?:"|\\?$)(?:(\s*:\s*)"((?:[^"\\]|\\.)*)(?:"|\\?$))?/gs

/** The same of a query, or of a URL that ends in one. */
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

/** A name as it reads, with what is escaped in it. */
function unescape(name: string): string {
  if (!name.includes('\\')) return name
  try {
    return JSON.parse(`"${name}"`) as string
  } catch {
    return name
  }
}
