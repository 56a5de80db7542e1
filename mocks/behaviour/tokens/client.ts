import { isForm } from '../../spec/media/media-type.ts'
import { asText } from '../../spec/values/scalar.ts'
import { claimsIssue, KEY_WORDS } from '../../spec/model/issued.ts'
import { type Cause, CAUSES, type Issuer, type TokenStep } from '../../spec/model/tokens.ts'
import type { VendorContext } from '../context.ts'
import type { ExchangeState } from '../exchange.ts'
import { refuse, type Refused } from '../outcome.ts'
import { getRow, settingsOf } from './rows.ts'

/** An OAuth client. */
export interface Client {
  readonly id: string
  /** Undefined where neither spec nor scenario sets one: then none is needed, or any of the vendor's shape passes. */
  readonly secret: string | undefined
  /** Undefined accepts any. */
  readonly redirectUris: readonly string[] | undefined
  /** Name of the account whose tokens it gets. */
  readonly account: string
}

/** Finds a client: registered, listed by the spec, or, as with keys, any id of the vendor's shape. */
export function findClient(context: VendorContext, issuer: Issuer, id: string): Client | Failure {
  const { account } = settingsOf(context, issuer)
  const registered = getRow(context, issuer, 'clients', id)
  if (registered) return { id, ...registered, account }
  const given = issuer.clients.get(id)
  if (given) {
    if (given.revoked) return new Failure('client', `the client ${id} is revoked`)
    return { id, secret: given.secret, redirectUris: given.redirectUris, account: given.account ?? account }
  }
  if (issuer.client.documents && isDocumentUrl(id)) {
    if (isBad(id)) return new Failure('client', `the client ${id} is ${id.endsWith('revoked') ? 'revoked' : 'unknown'}`)
    return { id, secret: undefined, redirectUris: undefined, account }
  }
  const tag = issuer.client.format.tagOf(id)
  if (tag === undefined || isBad(tag) || !isGood(context, tag)) {
    return new Failure('client', `the client ${id} is ${tag?.endsWith('revoked') ? 'revoked' : 'unknown'}`)
  }
  return { id, secret: undefined, redirectUris: undefined, account }
}

/**
 * Whether an id can be the URL of a client metadata document (draft-ietf-oauth-client-id-metadata-document section 3).
 * A loopback URL, as clients under test have, may use http.
 */
function isDocumentUrl(id: string): boolean {
  if (!URL.canParse(id) || id.includes('#') || /\/\.{1,2}(?:[/?]|$)/.test(id)) return false
  const { protocol, hostname, pathname, username, password } = new URL(id)
  if (pathname === '/' || username !== '' || password !== '') return false
  return protocol === 'https:' || (protocol === 'http:' && /^(?:localhost|127(?:\.\d+){3}|\[::1\])$/.test(hostname))
}

/** Identifies and authenticates the client: HTTP Basic, body parameters, or client id alone for public clients. */
export function authenticateClient(exchange: ExchangeState, issuer: Issuer): Client | Failure {
  const { authentication } = issuer.client
  const fields = bodyFields(exchange)
  const basic = authentication.has('basic') ? readBasic(exchange.call.headers['authorization']) : undefined
  const id = basic?.id ?? fields.get('client_id')
  if (id === undefined) return new Failure('request', 'client_id is required')
  const client = findClient(exchange, issuer, id)
  if (client instanceof Failure) return client
  const secret = basic?.secret ?? (authentication.has('body') ? fields.get('client_secret') : undefined)
  if (secret === undefined) {
    const isPublic = authentication.has('none') && client.secret === undefined
    return isPublic ? client : new Failure('client', `the client ${id} has sent no secret`)
  }
  return secretFits(exchange, issuer, client, secret)
    ? client
    : new Failure('client', `the secret of the client ${id} is wrong`)
}

function secretFits(context: VendorContext, issuer: Issuer, client: Client, secret: string): boolean {
  if (client.secret !== undefined) return secret === client.secret
  const tag = issuer.client.secret.tagOf(secret)
  return tag !== undefined && !isBad(tag) && isGood(context, tag)
}

/** Whether it was issued; unless a scenario lists the valid ones, any that does not claim to be issued passes. */
function isGood({ tag, situation }: VendorContext, free: string): boolean {
  if (free === tag + KEY_WORDS.active || situation.keys === 'open') return true
  return situation.keys === undefined && !claimsIssue(free)
}

function isBad(tag: string): boolean {
  return /(?:revoked|expired|unknown)$/.test(tag)
}

/** RFC 6749 section 2.3.1: both halves are form-encoded first. */
function readBasic(header: string | undefined): { readonly id: string; readonly secret: string } | undefined {
  const match = /^basic\s+(\S+)$/i.exec(header?.trim() ?? '')
  if (!match) return undefined
  try {
    const [id, secret] = atob(match[1]!).split(/:(.*)/s) as [string, string | undefined]
    return { id: decode(id), secret: decode(secret ?? '') }
  } catch {
    return undefined
  }
}

function decode(text: string): string {
  return decodeURIComponent(text.replaceAll('+', ' '))
}

/** The text fields of a form or a JSON body. */
export function bodyFields(exchange: Pick<ExchangeState, 'input' | 'call'>): ReadonlyMap<string, string> {
  const body = exchange.input?.body
  if (body === null || typeof body !== 'object' || body instanceof Uint8Array) return new Map()
  // Form fields are text, whatever type the document gives them.
  const isText = isForm(exchange.call.headers['content-type'])
  const fields = Object.entries(body).map(([name, value]): [string, unknown] => [name, isText ? asText(value) : value])
  // A field with an empty value counts as omitted (RFC 6749 section 3.2).
  const sent = fields.filter(([, value]) => typeof value === 'string' && value !== '')
  return new Map(sent as ReadonlyArray<[string, string]>)
}

/** The words of a `scope` field; undefined where there are none. */
export function scopeWords(text: string | undefined): readonly string[] | undefined {
  const words = text?.split(' ').filter((word) => word !== '')
  return words && words.length > 0 ? [...new Set(words)] : undefined
}

/**
 * The documented answer for a cause. Its example may show the RFC's error code as `{$issue.keyword}`, and the reason as
 * `{$issue.message}`.
 */
export function refuseToken(step: TokenStep, cause: Cause, because: string): Refused {
  const refused = refuse('handle', step.refuse.get(cause), cause === 'client' ? 401 : 400, `${cause}: ${because}`)
  return { ...refused, cause, issues: [{ keyword: CAUSES[cause], path: '', params: { cause }, message: because }] }
}

/** A reason to refuse, before the matching answer is known. */
export class Failure {
  readonly cause: Cause
  readonly because: string

  constructor(cause: Cause, because: string) {
    this.cause = cause
    this.because = because
  }
}
