import {
  claimsIssue,
  DEFAULT_TAG,
  firstAccess,
  GOOD_WORDS,
  isFirstRefresh,
  isKeyText,
  isTokenText,
  KEY_WORDS,
  mainScheme,
} from '../../spec/model/issued.ts'
import { freePart, readCredential } from '../../spec/model/read-credential.ts'
import type { Issuer } from '../../spec/model/tokens.ts'
import type { KeyFailure, KeyState, Scheme } from '../../spec/model/rules/scheme.ts'
import type { Account } from '../context.ts'
import { defaultAccount, type ExchangeState, type IssuedToken } from '../exchange.ts'
import { refuse, type Refused } from '../outcome.ts'
import { actFor } from './acting.ts'
import { endingOf } from './endings.ts'

/** Reads a text as an access token of this vendor; undefined where it is not one. */
export type ReadToken = (exchange: ExchangeState, issuer: Issuer, text: string) => IssuedToken | 'unknown' | undefined

/**
 * Identifies the caller and refuses a bad credential. One passing alternative of the operation's security is enough; if
 * none passes, the failure of the first alternative with a credential is answered.
 *
 * Every credential of the vendor's shape passes, unless a scenario says otherwise. One that ends in `revoked`,
 * `expired` or `unknown` fails accordingly, one that ends in `broke` has no credits, and one that ends in `unscoped` no
 * permission. The endings `limited`, `down` and `slow` act through the account.
 * A credential that begins with a session's tag passes only in that session, and only if the session issued it. A token
 * is not accepted as a key, nor a key as a token.
 */
export function authenticate(exchange: ExchangeState, readToken: ReadToken): Refused | undefined {
  const security = exchange.operation ? exchange.operation.security : documentSecurity(exchange)
  if (security.length === 0 || security.some((schemes) => schemes.length === 0)) {
    const bad = identifyOptional(exchange, security, readToken)
    if (bad) return refuseSent(exchange, bad)
    if (exchange.vendor.isShared) exchange.account = defaultAccount(exchange)
    return undefined
  }
  const both = tooMany(exchange)
  if (both) return both
  let failed: Sent | undefined
  for (const names of security) {
    const attempt = tryAll(exchange, names, readToken)
    if (attempt === undefined)
      return exchange.credential?.scheme.acting && actFor(exchange, exchange.credential.scheme.acting)
    if (!failed || (failed.state === 'missing' && attempt.state !== 'missing')) failed = attempt
  }
  return failed && refuseSent(exchange, failed)
}

function refuseSent(exchange: ExchangeState, sent: Sent): Refused {
  return refuse('authenticate', sent.scheme.refuse[sent.state as KeyFailure], 401, because(exchange, sent))
}

/** The account of a credential that no account lists: its own, so that keys never share counters or credits. */
function openAccount(exchange: ExchangeState, scheme: Scheme, credential: string): Account {
  const settings = exchange.situation.accounts.get('default') ?? NO_SETTINGS
  let known = openAccounts.get(settings)
  if (!known) openAccounts.set(settings, (known = new Map()))
  let account = known.get(credential)
  if (!account) {
    const ending = endingOf(freePart(scheme, credential) ?? credential)
    account = {
      id: `default:${credential}`,
      name: 'default',
      settings: credential.endsWith('broke') ? { ...settings, credits: 0 } : settings,
      ...(ending && { ending }),
    }
    if (known.size >= ACCOUNTS_KEPT) known.clear()
    known.set(credential, account)
  }
  return account
}

/** A vendor may refuse a request with credentials of two schemes, even if both are valid. */
function tooMany(exchange: ExchangeState): Refused | undefined {
  const { alone } = exchange.vendor
  if (!alone) return undefined
  const sent = [...exchange.vendor.schemes.values()].filter((scheme) => read(exchange, scheme) !== undefined)
  if (sent.length < 2 || !sent.includes(alone)) return undefined
  const names = sent.map((scheme) => `${scheme.in} ${scheme.field}`).join(' and ')
  return refuse('authenticate', alone.alone, 401, `credentials in ${names}; ${alone.field} must be sent alone`)
}

/** An account's id is looked up in a dozen tables, which is fastest with the same string object each time. */
const openAccounts = new WeakMap<object, Map<string, Account>>()
const ACCOUNTS_KEPT = 1000
const NO_SETTINGS = {}

function tryAll(exchange: ExchangeState, names: readonly string[], readToken: ReadToken): Sent | undefined {
  for (const name of names) {
    const scheme = exchange.vendor.schemes.get(name)
    if (!scheme) continue
    const sent = judge(exchange, scheme, readToken)
    if (sent.state !== 'active') return sent
    identify(exchange, sent)
  }
  return undefined
}

/** Checks credentials where none is needed; returns the failure of a bad one if no other one sent is valid. */
function identifyOptional(
  exchange: ExchangeState,
  security: ReadonlyArray<readonly string[]>,
  readToken: ReadToken,
): Sent | undefined {
  let bad: Sent | undefined
  let isKnown = false
  for (const name of security.flat()) {
    const scheme = exchange.vendor.schemes.get(name)
    const sent = scheme && judge(exchange, scheme, readToken)
    if (sent?.credential === undefined) continue
    if (sent.state === 'active') {
      identify(exchange, sent)
      isKnown = true
    } else bad ??= sent
  }
  return isKnown ? undefined : bad
}

/** The credential that a request carries for a scheme, and its state. */
interface Sent {
  readonly scheme: Scheme
  readonly credential: string | undefined
  readonly issued: IssuedToken | undefined
  readonly state: KeyState
}

function judge(exchange: ExchangeState, scheme: Scheme, readToken: ReadToken): Sent {
  const credential = read(exchange, scheme)
  const issuer = credential === undefined ? undefined : exchange.vendor.tokens.get(scheme.name)
  const found = issuer && readToken(exchange, issuer, credential!)
  const issued = typeof found === 'object' ? found : undefined
  const known =
    stateOfAll(exchange) ?? stateOfListed(exchange, credential) ?? (found === 'unknown' ? found : found?.state)
  return { scheme, credential, issued, state: known ?? stateOf(exchange, scheme, credential!) }
}

function identify(exchange: ExchangeState, { scheme, credential, issued }: Sent): void {
  const listed = listedKeys(exchange.situation.accounts).get(credential!)
  exchange.account = listed?.account ?? issued?.account ?? openAccount(exchange, scheme, credential!)
  exchange.credential = { id: credential!, state: 'active', scheme, issued }
}

interface ListedKey {
  readonly account: Account
  readonly state: KeyState
}

const listed = new WeakMap<ExchangeState['situation']['accounts'], ReadonlyMap<string, ListedKey>>()

/** The credentials that accounts list, collected once per situation. If two accounts list one, the first has it. */
function listedKeys(accounts: ExchangeState['situation']['accounts']): ReadonlyMap<string, ListedKey> {
  let keys = listed.get(accounts)
  if (!keys) {
    const found = new Map<string, ListedKey>()
    for (const [name, settings] of accounts) {
      const account: Account = { id: name, name, settings }
      for (const [key, state] of Object.entries(settings.keys ?? {})) {
        if (!found.has(key)) found.set(key, { account, state })
      }
    }
    listed.set(accounts, (keys = found))
  }
  return keys
}

/** The failure that a scenario sets for all keys. */
function stateOfAll(exchange: ExchangeState): KeyFailure | undefined {
  const every = exchange.situation.accounts.get('default')?.keys?.['*']
  return every === 'active' ? undefined : every
}

function stateOfListed(exchange: ExchangeState, credential: string | undefined): KeyState | undefined {
  return credential === undefined ? 'missing' : listedKeys(exchange.situation.accounts).get(credential)?.state
}

function stateOf(exchange: ExchangeState, scheme: Scheme, credential: string): KeyState {
  const free = freePart(scheme, credential)
  if (free === undefined) return 'malformed'
  if (isGivenOut(exchange, scheme, free)) return 'active'
  if (free.endsWith('revoked')) return 'revoked'
  if (free.endsWith('expired')) return 'expired'
  if (free.endsWith('unknown')) return 'unknown'
  const { keys } = exchange.situation
  if (keys === 'listed' || isMisplaced(exchange, scheme, credential)) return 'unknown'
  return keys === undefined && claimsIssue(free) ? 'unknown' : 'active'
}

/** Whether the session has issued such a key for this scheme. */
function isGivenOut({ vendor, tag, tx }: ExchangeState, scheme: Scheme, free: string): boolean {
  if (!free.startsWith(tag)) return false
  if (tx.get(vendor.tables.issued, `${scheme.name} ${free}`) !== undefined) return true
  const isForKeys = !vendor.tokens.has(scheme.name) || scheme === mainScheme(vendor)
  return isForKeys && GOOD_WORDS.has(free.slice(tag.length))
}

/** Whether a token is sent as a key, or a key or a refresh token as an access token. */
function isMisplaced({ vendor }: ExchangeState, scheme: Scheme, credential: string): boolean {
  if (vendor.tokens.size === 0) return false
  const issuer = vendor.tokens.get(scheme.name)
  if (!issuer) return isTokenText(vendor, credential)
  return isKeyText(vendor, credential) || isFirstRefresh(vendor, issuer, credential)
}

function read(exchange: ExchangeState, scheme: Scheme): string | undefined {
  return readCredential(scheme, { headers: exchange.call.headers, query: exchange.query })
}

/** A path without an operation requires the same security as the others. */
function documentSecurity(exchange: ExchangeState): ReadonlyArray<readonly string[]> {
  const first = exchange.vendor.operations.values().next().value
  return exchange.vendor.schemes.size > 0 && first ? first.security : []
}

function because(exchange: ExchangeState, { scheme, state, credential }: Sent): string {
  const carrier = `${scheme.in} ${scheme.field}${scheme.prefix ? ` (${scheme.prefix.trim()})` : ''}`
  if (stateOfAll(exchange) !== undefined)
    return `the scenario ${exchange.situation.scenario} plays every key as ${state}`
  const pass = passing(exchange, scheme, credential)
  if (state === 'missing') return `no credential in ${carrier}; ${pass}`
  return `the key ${mask(credential ?? '')} in ${carrier} is ${state}; ${pass}`
}

function passing(exchange: ExchangeState, scheme: Scheme, credential: string | undefined): string {
  const { tag, situation, vendor } = exchange
  const free = credential === undefined ? undefined : freePart(scheme, credential)
  const isClaimed = free !== undefined && situation.keys === undefined && claimsIssue(free)
  const write = scheme.format?.write ?? ((text: string) => text)
  const any = `any key like ${write('anything')} would pass`
  if (isClaimed && tag === DEFAULT_TAG) return `it is of a session that is not open; ${any}`
  if (isClaimed && !free.startsWith(tag)) return `it is of another session; ${any}`
  if (!isClaimed && situation.keys !== 'listed') return any
  const listed = [...situation.accounts.values()].flatMap((settings) =>
    Object.entries(settings.keys ?? {})
      .filter(([key, state]) => key !== '*' && state === 'active')
      .map(([key]) => mask(key)),
  )
  const issuer = scheme === mainScheme(vendor) ? undefined : vendor.tokens.get(scheme.name)
  const own = issuer ? issuer.access.write(firstAccess(vendor, issuer, tag)) : write(tag + KEY_WORDS.active)
  return `these would pass: ${[...listed, own].join(', ')}`
}

/**
 * Shows enough of a secret to recognise it but not to use it: at most a quarter of its characters, and at most ten. The
 * scheme before it and the word that makes the mock refuse it are not secret.
 *
 * @example
 * mask('Bearer sk_live_1234x')
 * //=> 'Bearer sk_…'
 */
export function mask(secret: string): string {
  const text = secret.replace(/^[\w-]+ +(?=\S)/, '')
  const scheme = secret.slice(0, secret.length - text.length)
  const word = SENTINEL.exec(text)?.[0] ?? ''
  const own = text.slice(0, text.length - word.length)
  const most = Math.min(10, Math.floor(own.length / 4))
  const end = most >= 6 && word === '' ? 2 : 0
  return `${scheme}${own.slice(0, most - end)}…${word || own.slice(own.length - end)}`
}

const { active: _, ...TELLING } = KEY_WORDS
const SENTINEL = new RegExp(`(?:${Object.values(TELLING).join('|')})$`)
