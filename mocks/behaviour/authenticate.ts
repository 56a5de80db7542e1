import { actFor } from './authenticate/acting.ts'
import type { KeyFailure, KeyState, Scheme } from '../spec/vendor.ts'
import type { Issuer } from '../spec/tokens.ts'
import { type Account, type IssuedToken, refuse, type Refused, type Turn } from './turn.ts'

/** What a text is worth as an access token of this vendor; undefined where it is none. */
export type ReadToken = (turn: Turn, issuer: Issuer, text: string) => IssuedToken | 'unknown' | undefined

/**
 * Who calls, and may they? Any alternative of the operation's security that passes is enough; when none does, the
 * failure of the first one that was tried at all is answered.
 *
 * In the default session every credential of the vendor's shape passes; one that ends in `revoked`, `expired` or
 * `unknown` fails as it says, one that ends in `broke` has no credits, and one that ends in `unscoped` no permission.
 */
export function authenticate(turn: Turn, readToken: ReadToken): Refused | undefined {
  const security = turn.operation ? turn.operation.security : documentSecurity(turn)
  if (security.length === 0 || security.some((schemes) => schemes.length === 0)) {
    identifyOptional(turn, security, readToken)
    return undefined
  }
  const both = tooMany(turn)
  if (both) return both
  let failed: { scheme: Scheme; state: KeyFailure; credential: string | undefined } | undefined
  for (const names of security) {
    const attempt = tryAll(turn, names, readToken)
    if (attempt === undefined) return actFor(turn)
    if (!failed || (failed.state === 'missing' && attempt.state !== 'missing')) failed = attempt
  }
  if (!failed) return undefined
  const { scheme, state, credential } = failed
  const refusal = scheme.refuse[state] ?? documented401(turn)
  return refuse('authenticate', refusal, 401, because(turn, scheme, state, credential))
}

/** The account of a credential that no account lists: its own, so that two keys never share counters or credits. */
function openAccount(turn: Turn, credential: string): Account {
  const settings = turn.situation.accounts.get('default') ?? NO_SETTINGS
  let known = openAccounts.get(settings)
  if (!known) openAccounts.set(settings, (known = new Map()))
  let account = known.get(credential)
  if (!account) {
    account = {
      id: `default:${credential}`,
      name: 'default',
      settings: credential.endsWith('broke') ? { ...settings, credits: 0 } : settings,
    }
    if (known.size >= ACCOUNTS_KEPT) known.clear()
    known.set(credential, account)
  }
  return account
}

/** A vendor may refuse credentials of two schemes on one request, whatever they are worth. */
function tooMany(turn: Turn): Refused | undefined {
  const { alone } = turn.vendor
  if (!alone) return undefined
  const sent = [...turn.vendor.schemes.values()].filter((scheme) => read(turn, scheme) !== undefined)
  if (sent.length < 2 || !sent.includes(alone)) return undefined
  const names = sent.map((scheme) => `${scheme.in} ${scheme.field}`).join(' and ')
  return refuse('authenticate', alone.alone, 401, `credentials in ${names}; ${alone.field} must be sent alone`)
}

/** An account's id is looked up in a dozen tables: the same text each time costs least. */
const openAccounts = new WeakMap<object, Map<string, Account>>()
const ACCOUNTS_KEPT = 1000
const NO_SETTINGS = {}

function tryAll(turn: Turn, names: readonly string[], readToken: ReadToken) {
  for (const name of names) {
    const scheme = turn.vendor.schemes.get(name)
    if (!scheme) continue
    const credential = read(turn, scheme)
    const issued = findToken(turn, scheme, credential, readToken)
    const state = stateOf(turn, scheme, credential, issued)
    if (state !== 'active') return { scheme, state, credential }
    identify(turn, scheme, credential!, issued)
  }
  return undefined
}

function identifyOptional(turn: Turn, security: ReadonlyArray<readonly string[]>, readToken: ReadToken): void {
  for (const name of security.flat()) {
    const scheme = turn.vendor.schemes.get(name)
    const credential = scheme && read(turn, scheme)
    const issued = scheme && findToken(turn, scheme, credential, readToken)
    if (scheme && credential !== undefined && stateOf(turn, scheme, credential, issued) === 'active')
      identify(turn, scheme, credential, issued)
  }
}

type Found = ReturnType<ReadToken>

function findToken(turn: Turn, scheme: Scheme, credential: string | undefined, readToken: ReadToken): Found {
  const issuer = credential === undefined ? undefined : turn.vendor.tokens.get(scheme.name)
  return issuer && readToken(turn, issuer, credential!)
}

function identify(turn: Turn, scheme: Scheme, credential: string, found: Found): void {
  const issued = typeof found === 'object' ? found : undefined
  turn.credential = { id: credential, state: 'active', scheme, issued }
  const listed = listedKeys(turn.situation.accounts).get(credential)
  turn.account = listed?.account ?? issued?.account ?? openAccount(turn, credential)
}

interface ListedKey {
  readonly account: Account
  readonly state: KeyState
}

const listed = new WeakMap<Turn['situation']['accounts'], ReadonlyMap<string, ListedKey>>()

/** The credentials that accounts list, looked through once a situation; of two accounts the first has it. */
function listedKeys(accounts: Turn['situation']['accounts']): ReadonlyMap<string, ListedKey> {
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

function stateOf(turn: Turn, scheme: Scheme, credential: string | undefined, found: Found): KeyState {
  const every = turn.situation.accounts.get('default')?.keys?.['*']
  if (every !== undefined && every !== 'active') return every
  if (credential === undefined) return 'missing'
  const known = listedKeys(turn.situation.accounts).get(credential)
  if (known) return known.state
  if (found !== undefined) return found === 'unknown' ? found : found.state
  const tag = scheme.format ? scheme.format.tagOf(credential) : credential
  if (tag === undefined) return 'malformed'
  if (tag.endsWith('revoked')) return 'revoked'
  if (tag.endsWith('expired')) return 'expired'
  if (tag.endsWith('unknown')) return 'unknown'
  const issued = tag.startsWith(turn.session.tag)
  if (turn.session.strict || turn.situation.keys === 'listed') return issued ? 'active' : 'unknown'
  return 'active'
}

function read(turn: Turn, scheme: Scheme): string | undefined {
  const raw =
    scheme.in === 'header'
      ? turn.call.headers[scheme.field]
      : scheme.in === 'query'
        ? (turn.query.get(scheme.field) ?? undefined)
        : cookie(turn.call.headers['cookie'], scheme.field)
  if (raw === undefined) return undefined
  const text = raw.trim()
  if (scheme.prefix === '') return text === '' ? undefined : text
  if (!text.toLowerCase().startsWith(scheme.prefix)) return undefined
  const credential = text.slice(scheme.prefix.length).trim()
  return credential === '' ? undefined : credential
}

function cookie(header: string | undefined, name: string): string | undefined {
  for (const part of header?.split(';') ?? []) {
    const [key, value] = part.trim().split(/=(.*)/s)
    if (key === name) return value
  }
  return undefined
}

/** A path that no operation answers is behind the same door as the others. */
function documentSecurity(turn: Turn): ReadonlyArray<readonly string[]> {
  const first = turn.vendor.operations.values().next().value
  return turn.vendor.schemes.size > 0 && first ? first.security : []
}

function documented401(turn: Turn) {
  const response = turn.operation?.responses.find((entry) => entry.code === '401')
  return response && { name: response.name ?? '401', response, example: response.examples.values().next().value }
}

function because(turn: Turn, scheme: Scheme, state: KeyFailure, credential: string | undefined): string {
  const every = turn.situation.accounts.get('default')?.keys?.['*']
  const carrier = `${scheme.in} ${scheme.field}${scheme.prefix ? ` (${scheme.prefix.trim()})` : ''}`
  if (every !== undefined && every !== 'active')
    return `the scenario ${turn.situation.scenario} plays every key as ${every}`
  const pass = passing(turn, scheme)
  if (state === 'missing') return `no credential in ${carrier}; ${pass}`
  return `the key ${mask(credential ?? '')} in ${carrier} is ${state}; ${pass}`
}

function passing(turn: Turn, scheme: Scheme): string {
  const write = scheme.format?.write ?? ((tag: string) => tag)
  const strict = turn.session.strict || turn.situation.keys === 'listed'
  const listed = [...turn.situation.accounts.values()].flatMap((settings) =>
    Object.entries(settings.keys ?? {})
      .filter(([key, state]) => key !== '*' && state === 'active')
      .map(([key]) => mask(key)),
  )
  if (!strict) return `any key like ${write('anything')} would pass`
  const own = write(`${turn.session.tag}main`)
  return `these would pass: ${[...listed, own].join(', ')}`
}

/** Enough of a secret to recognise it, not enough to use it. */
export function mask(secret: string): string {
  const text = secret.replace(/^(\S+) (?=\S)/, '')
  const scheme = secret.slice(0, secret.length - text.length)
  return text.length <= 12 ? `${scheme}${text.slice(0, 3)}…` : `${scheme}${text.slice(0, 8)}…${text.slice(-2)}`
}
