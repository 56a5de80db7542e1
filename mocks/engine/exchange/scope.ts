import { readAccount } from '../../behaviour/accounts.ts'
import { filterItems } from '../../behaviour/collections.ts'
import type { Account } from '../../behaviour/context.ts'
import type { Credential, ExchangeState } from '../../behaviour/exchange.ts'
import { readCredits } from '../../behaviour/ledger.ts'
import { countingLimits, metLimit, unevaluated } from '../../behaviour/limit/limit.ts'
import type { LimitReading } from '../../behaviour/outcome.ts'
import { issuedSecret } from '../../behaviour/webhooks/subscribe.ts'
import { own } from '../../spec/values/own.ts'
import { parsePointer } from '../../spec/references/pointer.ts'
import { asText } from '../../spec/values/scalar.ts'
import { type SchemaIssue, NO_ISSUES } from '../../spec/schema/issue.ts'
import { type Condition, ROOT, type Root, type Scope } from '../../spec/values/value.ts'
import type { Limit } from '../../spec/model/rules/limit.ts'
import { findJobRoot, type JobRoot } from '../jobs/items.ts'
import { itemsOf } from '../jobs/list-items.ts'
import { warnExpression } from '../session/notice.ts'

/** What `{$root…}` reads during an exchange. A class, since every exchange has one. */
export class ExchangeScope implements Scope {
  readonly #exchange: ExchangeState
  #account: AccountRoot | undefined
  #job: JobRoot | undefined

  constructor(exchange: ExchangeState) {
    this.#exchange = exchange
  }

  read(root: string): unknown {
    const exchange = this.#exchange
    switch (root) {
      case 'account':
        if (this.#account && this.#account.account !== exchange.account) this.#account = undefined
        return exchange.account && (this.#account ??= new AccountRoot(exchange, exchange.account))
      case 'request':
        return new RequestRoot(exchange)
      case 'server':
        return { url: exchange.call.base }
      case 'now':
        return exchange.now
      case 'credential':
        return exchange.credential && credentialRoot(exchange, exchange.credential)
      case 'plan':
        return exchange.vendor.plans.get(asText(exchange.account?.settings['plan'])) ?? {}
      case 'limit':
        return exchange.refused?.limit
      case 'limits':
        return new LimitsRoot(exchange)
      case 'page':
        return exchange.page
      case 'event':
        return exchange.event
      case 'token':
        return exchange.token
      case 'issue':
        return issuesOf(exchange).map(issueRoot)[0]
      case 'issues':
        return issuesOf(exchange).map(issueRoot)
      case 'job':
        return exchange.job === undefined ? undefined : (this.#job = findJobRoot(exchange, exchange.job, this.#job))
      case 'jobs':
        return exchange.jobs && new JobsRoot(exchange, exchange.jobs)
      case 'each':
        return exchange.currentEntry
      case 'charge':
        return exchange.refused?.shortfall ?? priceRoot(exchange)
      default: {
        const found = exchange.items.get(root)
        return found && (found.fixed ?? found.read())
      }
    }
  }

  generate(schema: unknown, place: string): unknown {
    const exchange = this.#exchange
    return exchange.make(schema as never, exchange.operation?.id ?? '', exchange.id, place)
  }

  list(collection: string, where: readonly Condition[]): readonly unknown[] {
    const exchange = this.#exchange
    const found = exchange.vendor.collections.get(collection)
    return found ? filterItems(exchange, itemsOf(exchange, found), where) : []
  }

  get failed(): Scope['failed'] {
    return warnExpression
  }
}

/** The jobs that a request has started: a field of it is the list of that field of each job. */
class JobsRoot implements Root {
  readonly #exchange: ExchangeState
  readonly #ids: readonly string[]

  constructor(exchange: ExchangeState, ids: readonly string[]) {
    this.#exchange = exchange
    this.#ids = ids
  }

  [ROOT](name: string): unknown {
    if (name === 'count') return this.#ids.length
    if (name === 'id') return this.#ids
    return this.#ids.map((id) => findJobRoot(this.#exchange, id)?.[ROOT](name))
  }

  toJSON(): Readonly<Record<string, unknown>> {
    const names = ['count', 'id', 'status', 'state', 'startedAt', 'endedAt', 'runMs', 'input', 'credits']
    return Object.fromEntries(names.map((name) => [name, this[ROOT](name)]))
  }
}

class RequestRoot implements Root {
  readonly #exchange: ExchangeState

  constructor(exchange: ExchangeState) {
    this.#exchange = exchange
  }

  [ROOT](name: string): unknown {
    const exchange = this.#exchange
    switch (name) {
      case 'method':
        return exchange.call.method
      case 'ip':
        return exchange.call.ip
      case 'operation':
        return exchange.operation?.id ?? ''
      case 'path':
        return exchange.params
      case 'pathname':
        return exchange.call.path
      case 'query':
        return queryOf(exchange.query)
      case 'header':
        return new HeadersRoot(exchange.call.headers)
      case 'body':
        return exchange.input?.body
      case 'input':
        return exchange.input?.value
      default:
        return undefined
    }
  }

  toJSON(): Readonly<Record<string, unknown>> {
    const names = ['method', 'ip', 'operation', 'path', 'pathname', 'query', 'body', 'input']
    return { ...Object.fromEntries(names.map((name) => [name, this[ROOT](name)])), header: this.#exchange.call.headers }
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

/** Header names are read in any case. */
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
  readonly #exchange: ExchangeState
  readonly account: Account

  constructor(exchange: ExchangeState, account: Account) {
    this.#exchange = exchange
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
        return readCredits(this.#exchange, account)
      case 'webhookSecret':
        return account.settings[name] ?? issuedSecret(this.#exchange.tag)
      default:
        return readAccount(this.#exchange, account, name)
    }
  }

  toJSON(): Readonly<Record<string, unknown>> {
    const { id, name, settings } = this.account
    return { ...settings, id, name, credits: readCredits(this.#exchange, this.account) }
  }
}

/** A credential that the mock did not issue has the scopes of its account, else all scopes. */
function credentialRoot(exchange: ExchangeState, { id, state, scheme, issued }: Credential) {
  const scopes =
    issued?.scopes ?? exchange.account?.settings['scopes'] ?? exchange.vendor.tokens.get(scheme.name)?.scopes
  return { id, state, scheme: scheme.name, scopes, client: issued?.client }
}

/** The readings of limits that were checked. A limit that was not checked is read in its current state. */
class LimitsRoot implements Root {
  readonly #exchange: ExchangeState

  constructor(exchange: ExchangeState) {
    this.#exchange = exchange
  }

  [ROOT](name: string): LimitReading | undefined {
    const exchange = this.#exchange
    const readings = exchange.quota?.readings ?? []
    if (name === 'tightest' && readings.length > 0) return tightest(readings)
    const met = metLimit(exchange, name)
    if (met) return met
    const entry = this.#entries().find((limit) => limit.name === name)
    return entry && unevaluated(exchange, entry)
  }

  toJSON(): Readonly<Record<string, unknown>> {
    const readings = this.#exchange.quota?.readings ?? []
    const names = [...this.#entries().map(({ name }) => name), ...readings.map(({ name }) => name)]
    const known = readings.length > 0 ? [...names, 'tightest'] : names
    return Object.fromEntries(known.map((name) => [name, this[ROOT](name)]))
  }

  #entries(): readonly Limit[] {
    return countingLimits(this.#exchange)
  }
}

/** The reading with the fewest remaining permits; the first if several have as few. */
function tightest(readings: readonly LimitReading[]): LimitReading {
  return readings.reduce((least, reading) =>
    (reading.remaining ?? Infinity) < (least.remaining ?? Infinity) ? reading : least,
  )
}

/** The price of the answer, or of what the operation starts. */
function priceRoot({ price, charge }: ExchangeState): { readonly price: number } | undefined {
  const all = price ?? charge?.hold
  return all === undefined ? undefined : { price: all }
}

function issuesOf({ refused }: ExchangeState): readonly SchemaIssue[] {
  return refused?.issues ?? NO_ISSUES
}

export function issueRoot(issue: SchemaIssue) {
  const steps = parsePointer(issue.path)
  const location = [issue.in ?? 'body', ...steps.map((step) => (/^\d+$/.test(step) ? Number(step) : step))]
  return { ...issue, field: steps[0] ?? '', name: steps.join('.'), location }
}
