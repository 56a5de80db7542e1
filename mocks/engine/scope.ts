import { unescapeSegment } from '../spec/pointer.ts'
import { filterItems } from '../behaviour/collections.ts'
import { readAccount } from '../behaviour/accounts.ts'
import { readCredits } from '../behaviour/ledger.ts'
import { metLimit, unasked } from '../behaviour/limit.ts'
import type { Account, Credential, LimitReading, Turn } from '../behaviour/turn.ts'
import { issuedSecret } from '../behaviour/webhooks/subscribe.ts'
import { own } from '../spec/own.ts'
import { type Condition, ROOT, type Root, type Scope } from '../spec/value.ts'
import type { Limit } from '../spec/vendor.ts'
import { asText } from '../spec/scalar.ts'
import { findJobRoot, itemsOf, type JobRoot } from './items.ts'
import { warnExpression } from './notice.ts'

/** What `{$root…}` reads during an exchange. A class, since every exchange has one. */
export class TurnScope implements Scope {
  readonly #turn: Turn
  #account: AccountRoot | undefined
  #job: JobRoot | undefined

  constructor(turn: Turn) {
    this.#turn = turn
  }

  read(root: string): unknown {
    const turn = this.#turn
    switch (root) {
      case 'account':
        if (this.#account && this.#account.account !== turn.account) this.#account = undefined
        return turn.account && (this.#account ??= new AccountRoot(turn, turn.account))
      case 'request':
        return new RequestRoot(turn)
      case 'server':
        return { url: turn.call.base }
      case 'now':
        return turn.now
      case 'credential':
        return turn.credential && credentialRoot(turn, turn.credential)
      case 'plan':
        return turn.vendor.plans.get(asText(turn.account?.settings['plan'])) ?? {}
      case 'limit':
        return turn.refusedBy
      case 'limits':
        return new LimitsRoot(turn)
      case 'page':
        return turn.page
      case 'event':
        return turn.event
      case 'token':
        return turn.token
      case 'issue':
        return turn.issues[0] && issueRoot(turn.issues[0])
      case 'issues':
        return turn.issues.map(issueRoot)
      case 'job':
        return turn.job === undefined ? undefined : (this.#job = findJobRoot(turn, turn.job, this.#job))
      case 'jobs':
        return turn.jobs && new JobsRoot(turn, turn.jobs)
      case 'each':
        return turn.each
      case 'charge':
        return turn.shortfall
      default:
        return turn.items.get(root)?.read()
    }
  }

  generate(schema: unknown, place: string): unknown {
    const turn = this.#turn
    return turn.make(schema as never, turn.operation?.id ?? '', turn.id, place)
  }

  list(collection: string, where: readonly Condition[]): readonly unknown[] {
    const turn = this.#turn
    const found = turn.vendor.collections.get(collection)
    return found ? filterItems(turn, itemsOf(turn, found), where) : []
  }

  get failed(): Scope['failed'] {
    return warnExpression
  }
}

/** What a request has started: a field of it is the list of that field of each job. */
class JobsRoot implements Root {
  readonly #turn: Turn
  readonly #ids: readonly string[]

  constructor(turn: Turn, ids: readonly string[]) {
    this.#turn = turn
    this.#ids = ids
  }

  [ROOT](name: string): unknown {
    if (name === 'count') return this.#ids.length
    if (name === 'id') return this.#ids
    return this.#ids.map((id) => findJobRoot(this.#turn, id)?.[ROOT](name))
  }

  toJSON(): Readonly<Record<string, unknown>> {
    const names = ['count', 'id', 'status', 'state', 'startedAt', 'endedAt', 'runMs', 'input', 'credits']
    return Object.fromEntries(names.map((name) => [name, this[ROOT](name)]))
  }
}

class RequestRoot implements Root {
  readonly #turn: Turn

  constructor(turn: Turn) {
    this.#turn = turn
  }

  [ROOT](name: string): unknown {
    const turn = this.#turn
    switch (name) {
      case 'method':
        return turn.call.method
      case 'ip':
        return turn.call.ip
      case 'operation':
        return turn.operation?.id ?? ''
      case 'path':
        return turn.params
      case 'pathname':
        return turn.call.path
      case 'query':
        return queryOf(turn.query)
      case 'header':
        return new HeadersRoot(turn.call.headers)
      case 'body':
        return turn.body
      case 'input':
        return turn.input
      default:
        return undefined
    }
  }

  toJSON(): Readonly<Record<string, unknown>> {
    const names = ['method', 'ip', 'operation', 'path', 'pathname', 'query', 'body', 'input']
    return { ...Object.fromEntries(names.map((name) => [name, this[ROOT](name)])), header: this.#turn.call.headers }
  }
}

/** A parameter that comes more than once is a list. */
function queryOf(query: URLSearchParams): Readonly<Record<string, string | readonly string[]>> {
  const fields = Object.fromEntries<string | readonly string[]>(query)
  if (Object.keys(fields).length === query.size) return fields
  for (const name of Object.keys(fields)) {
    const all = query.getAll(name)
    if (all.length > 1) fields[name] = all
  }
  return fields
}

/** Header names are read as anybody spells them. */
class HeadersRoot implements Root {
  readonly #headers: Readonly<Record<string, string | undefined>>

  constructor(headers: Readonly<Record<string, string | undefined>>) {
    this.#headers = headers
  }

  [ROOT](name: string): unknown {
    const lower = name.toLowerCase()
    return own(this.#headers, lower)
  }

  toJSON(): Readonly<Record<string, unknown>> {
    return this.#headers
  }
}

class AccountRoot implements Root {
  readonly #turn: Turn
  readonly account: Account

  constructor(turn: Turn, account: Account) {
    this.#turn = turn
    this.account = account
  }

  [ROOT](name: string): unknown {
    const account = this.account
    switch (name) {
      case 'id':
        return account.id
      case 'name':
        return account.name
      case 'credits':
        return readCredits(this.#turn, account)
      case 'webhookSecret':
        return account.settings[name] ?? issuedSecret(this.#turn.session.tag)
      default:
        return readAccount(this.#turn, account, name)
    }
  }

  toJSON(): Readonly<Record<string, unknown>> {
    const { id, name, settings } = this.account
    return { ...settings, id, name, credits: readCredits(this.#turn, this.account) }
  }
}

/** A credential that nobody was seen to issue has the scopes its account says, else all that there are. */
function credentialRoot(turn: Turn, { id, state, scheme, issued }: Credential) {
  const scopes = issued?.scopes ?? turn.account?.settings['scopes'] ?? turn.vendor.tokens.get(scheme.name)?.scopes
  return { id, state, scheme: scheme.name, scopes, client: issued?.client }
}

/** The readings of limits that were asked; of one that was not, what it allows. */
class LimitsRoot implements Root {
  readonly #turn: Turn

  constructor(turn: Turn) {
    this.#turn = turn
  }

  [ROOT](name: string): Partial<LimitReading> | undefined {
    const turn = this.#turn
    if (name === 'tightest' && turn.limits.length > 0) return tightest(turn.limits)
    const met = metLimit(turn, name)
    if (met) return met
    const entry = this.#entries().find((limit) => limit.name === name)
    return entry && unasked(turn, entry)
  }

  toJSON(): Readonly<Record<string, unknown>> {
    const names = [...this.#entries().map(({ name }) => name), ...this.#turn.limits.map(({ name }) => name)]
    const known = this.#turn.limits.length > 0 ? [...names, 'tightest'] : names
    return Object.fromEntries(known.map((name) => [name, this[ROOT](name)]))
  }

  #entries(): readonly Limit[] {
    return this.#turn.operation ? this.#turn.operation.limits : this.#turn.vendor.unmatchedLimits
  }
}

/** The one with the fewest remaining; of two the first. */
function tightest(readings: readonly LimitReading[]): LimitReading {
  return readings.reduce((least, reading) =>
    (reading.remaining ?? Infinity) < (least.remaining ?? Infinity) ? reading : least,
  )
}

export function issueRoot(issue: Turn['issues'][number]) {
  const steps = issue.path === '' ? [] : issue.path.slice(1).split('/').map(unescapeSegment)
  const location = [issue.in ?? 'body', ...steps.map((step) => (/^\d+$/.test(step) ? Number(step) : step))]
  return { ...issue, field: steps[0] ?? '', location }
}
