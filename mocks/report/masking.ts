import { mask } from '../behaviour/authenticate/authenticate.ts'
import { isSecretName, maskFields, SECRET_HEADERS } from '../engine/session/journal/mask-tokens.ts'
import type { Facts } from '../engine/session/journal/facts.ts'

/** Makes a text on requests and answers safe to share, by masking secrets. */
export type Masking = (text: string) => string

/** Length of the shortest word that is masked anywhere. */
const SHORTEST = 6

/**
 * Masks secrets anywhere in a text: values that a session has issued, values sent as credentials, fields with a secret
 * name in JSON, forms and URLs, and anything in the format of these vendors' keys. The journal masks by place and name
 * only (`mask-tokens.ts`); here a secret is also known by its value, so that it is found anywhere. Secrets are
 * collected on the first call.
 *
 * @param facts - the exchanges whose credentials are masked
 * @param tag - the tag of the session, which is part of everything that it has issued
 * @example
 * createMasking(session.journal.facts(), session.tag)('GET /v1/me?api_key=sk_live_secret')
 * //=> 'GET /v1/me?api_key=sk_…'
 */
export function createMasking(facts: readonly Facts[], tag: string): Masking {
  let isSecret: ((word: string) => boolean) | undefined
  return (text) => {
    const isMasked = (isSecret ??= secretWords(facts, tag))
    return maskNamed(text).replaceAll(WORDS, (word) => (isMasked(word) ? mask(word) : word))
  }
}

/** Masks values with a secret name, in JSON, forms and URLs. */
export function maskNamed(text: string): string {
  return maskParameters(maskFields(text, isSecretName))
}

function secretWords(facts: readonly Facts[], tag: string): (word: string) => boolean {
  const known = new Set(facts.flatMap(secretsOf).flatMap(wordsOf))
  const shapes = [...new Set(facts.map(({ vendor }) => vendor))]
    .flatMap((vendor) => [...vendor.schemes.values()])
    .flatMap(({ format }) => format?.template.split('{tag}')[0] ?? [])
    .filter((prefix) => prefix.length >= 3)
  return (word) => known.has(word) || word.includes(tag) || shapes.some((shape) => isShaped(word, shape))
}

const WORDS = /[\w-]{6,}/g

function isShaped(word: string, prefix: string): boolean {
  return word.startsWith(prefix) && word.length >= prefix.length + SHORTEST
}

function wordsOf(secret: string): string[] {
  return [secret, encodeURIComponent(secret)].flatMap((text) => text.match(WORDS) ?? [])
}

/** All values sent as a credential, or in a place for one. */
function secretsOf({ credential, headers, vendor, answerHeaders, query }: Facts): string[] {
  const fields = new Set(SECRET_HEADERS)
  const found = credential === undefined ? [] : [credential]
  for (const { in: place, field } of vendor.schemes.values()) {
    if (place === 'header') fields.add(field)
    const sent = place === 'query' ? new URLSearchParams(query).get(field) : undefined
    if (sent) found.push(sent)
  }
  for (const field of fields) if (headers[field] !== undefined) found.push(...valuesOf(field, headers[field]))
  for (const [name, value] of answerHeaders) {
    if (name.toLowerCase() === 'set-cookie') found.push(...valuesOf('cookie', value.split(';')[0]!))
  }
  return found
}

function valuesOf(field: string, value: string): string[] {
  if (field === 'cookie' || field === 'set-cookie')
    return value.split(';').map((pair) => pair.slice(pair.indexOf('=') + 1).trim())
  // The scheme before it is not secret.
  const secret = value.replace(/^[\w-]+ +(?=\S)/, '')
  return [secret, ...(/^basic /i.test(value) ? decoded(secret).split(':') : [])]
}

function decoded(text: string): string {
  try {
    return atob(text)
  } catch {
    return ''
  }
}

/** Masks URL and form parameters with a secret name, wherever the URL is in the text. */
function maskParameters(text: string): string {
  const masked = (whole: string, before: string, name: string, value: string): string =>
    isSecretName(name) || SIGNED.test(name) ? `${before}${mask(value)}` : whole
  const userinfo = (_: string, before: string, password: string): string => before + mask(password)
  return text.replaceAll(PARAMETERS, masked).replaceAll(ENCODED, masked).replaceAll(PASSWORD, userinfo)
}

/** The password of a URL, or the token in its place: `https://user:password@host`, `https://token@host`. */
const PASSWORD = /(:\/\/(?:[^\s/?#"'<>\\:@]{0,200}:)?)([^\s/?#"'<>\\@]{1,500})(?=@)/g

const PARAMETERS = /((?:[?&;]|^)([\w.~-]{1,100})=)([^&#;\s"'<>\\]+)/g
/** The same for a URL that is a parameter of another URL. */
const ENCODED = /(%(?:3f|26)([\w.~-]{1,100})%3d)((?:(?!%26|%23)[^&#;\s"'<>\\])+)/gi

/** Further secret parameters of signed URLs. */
const SIGNED = /^(?:sig|hmac|key|code|key-pair-id|policy|x-amz-.+|x-goog-.+)$/i
