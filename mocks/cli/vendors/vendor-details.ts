import { mainScheme } from '../../spec/model/issued.ts'
import { leftOutOf } from '../../load/flaw-notice.ts'
import type { Library } from '../../load/library.ts'
import { asRecord } from '../../scenario/raw.ts'
import { formatDuration } from '../../spec/values/duration.ts'
import type { Issuer } from '../../spec/model/tokens.ts'
import type { Scope } from '../../spec/values/value.ts'
import type { Limit } from '../../spec/model/rules/limit.ts'
import type { Vendor } from '../../spec/model/vendor.ts'
import { assumptionsOf, type PlacedAssumption } from '../check/assumptions.ts'
import { type KeyKind, kindsOf } from '../../connect/mock/issued-keys.ts'
import { credentialHeader, sampleKeys } from '../../request/credential.ts'
import { describeEvents, type EventDetails } from '../serve/event-details.ts'
import { asList } from '../../spec/values/is-record.ts'

/** The full output of `sparring vendors NAME`. */
export interface VendorDetails {
  readonly name: string
  readonly title: string
  readonly facts: string | null
  readonly file: string
  /** The overlays of the file. */
  readonly overlays: readonly string[]
  /** Dialects, the document's own first; empty for a vendor without dialects. */
  readonly dialects: readonly DialectDetails[]
  readonly servers: readonly string[]
  readonly credentials: { readonly send: string; readonly keys: Readonly<Partial<Record<KeyKind, string>>> } | null
  readonly operations: ReadonlyArray<{
    readonly id: string
    readonly method: string
    readonly path: string
    readonly summary: string
    readonly answers: readonly string[]
  }>
  /** By operation or path: why the mock leaves it out. */
  readonly leftOut: Readonly<Record<string, string>>
  readonly limits: readonly LimitDetails[]
  readonly tokens: readonly TokenDetails[]
  readonly events: readonly EventDetails[]
  readonly plans: Readonly<Record<string, unknown>>
  readonly assumptions: readonly PlacedAssumption[]
}

export interface DialectDetails {
  readonly name: string
  /** Its description: the title of its overlay. */
  readonly title: string
  readonly file: string
  readonly isDefault: boolean
}

export interface LimitDetails {
  readonly name: string
  readonly algorithm: string
  readonly per: readonly string[]
  /** The answer when the limit is exceeded: `TooManyRequests#rate`. */
  readonly refuse: string
  readonly on: readonly string[] | null
  readonly except: readonly string[]
  /** The allowed rate: one line, or one for each plan. */
  readonly allows: ReadonlyArray<{ readonly plan: string | null; readonly amount: string }>
}

/** How to get tokens of one security scheme. */
export interface TokenDetails {
  readonly scheme: string
  readonly grants: readonly string[]
  /** `access for 1h`, `refresh for 30d, rotating`. */
  readonly tokens: readonly string[]
  readonly pkce: readonly string[]
  readonly clientAuthentication: readonly string[]
  readonly clients: readonly string[]
  readonly scopes: readonly string[] | null
  /** `exchange token`: the operations for it. */
  readonly operations: readonly string[]
}

export function describeVendor(library: Library, vendor: Vendor): VendorDetails {
  const { source, overlays } = library.specOf(vendor)
  const mock = asRecord(asRecord(source.data)['x-mock'])
  const scheme = mainScheme(vendor)
  const keys = scheme && sampleKeys(scheme)
  return {
    name: vendor.name,
    title: vendor.title,
    facts: vendor.facts ?? null,
    file: vendor.file,
    overlays,
    dialects: dialectDetails(library, vendor),
    servers: [
      ...vendor.servers.map((server) => server.url).filter((url) => url !== ''),
      ...vendor.secondOrigins.flatMap(({ origin, paths }) => paths.map((path) => origin + path)),
    ],
    credentials:
      scheme && keys
        ? { send: sendForm(vendor), keys: Object.fromEntries(kindsOf(vendor).map((kind) => [kind, keys[kind]])) }
        : null,
    operations: [...vendor.operations.values()].map((operation) => ({
      id: operation.id,
      method: operation.method,
      path: (operation.servers[0]?.path ?? '') + operation.path,
      summary: operation.summary,
      answers: operation.responses.map((response) => response.code),
    })),
    leftOut: Object.fromEntries(leftOutOf(vendor)),
    limits: vendor.limits.map((limit) => describeLimit(vendor, limit, rawLimit(mock, limit.name))),
    tokens: [...vendor.tokens.values()].map((issuer) => describeTokens(vendor, issuer)),
    events: describeEvents(vendor),
    plans: Object.fromEntries([...vendor.plans].map(([name, plan]) => [name, withoutNotes(plan)])),
    assumptions: assumptionsOf(library, vendor),
  }
}

function dialectDetails(library: Library, vendor: Vendor): DialectDetails[] {
  const { dialects } = library.specOf(vendor)
  return (vendor.dialects?.names ?? []).map((name) => {
    const file = dialects.get(name)
    const info = file === undefined ? undefined : asRecord(asRecord(library.read(file).data)['info'])
    return {
      name,
      title: info === undefined ? 'the document itself' : String(info['title'] ?? ''),
      file: file === undefined ? vendor.file : library.displayPath(file),
      isDefault: name === vendor.dialects!.default,
    }
  })
}

function sendForm(vendor: Vendor): string {
  const scheme = mainScheme(vendor)!
  if (scheme.in === 'query') return `?${scheme.field}=KEY`
  const [name, value] = credentialHeader(scheme, 'KEY')
  return `${name}: ${value}`
}

function describeTokens(vendor: Vendor, issuer: Issuer): TokenDetails {
  const { access, refresh, code, grant } = issuer.settings
  const life = (name: string, ms: number | undefined, more = ''): string =>
    `${name} ${ms === undefined ? 'without end' : `for ${formatDuration(ms)}`}${more}`
  return {
    scheme: issuer.name,
    grants: [...issuer.grants],
    tokens: [
      life('access', access),
      ...(issuer.grants.has('refresh_token')
        ? [life('refresh', refresh, issuer.refresh.rotate ? ', rotating' : '')]
        : []),
      ...(issuer.grants.has('authorization_code') ? [life('code', code)] : []),
      life('grant', grant),
    ],
    pkce: [...(issuer.pkce?.methods ?? [])],
    clientAuthentication: [...issuer.client.authentication],
    clients: [...issuer.clients.keys()],
    scopes: issuer.scopes ?? null,
    operations: [...vendor.operations.values()].flatMap(({ id, tokens }) =>
      tokens?.issuer === issuer ? [`${tokens.do} ${id}`] : [],
    ),
  }
}

function describeLimit(vendor: Vendor, limit: Limit, raw: Readonly<Record<string, unknown>>): LimitDetails {
  const names = [...vendor.plans.keys()]
  const byPlan = names.map((plan) => ({ plan, amount: amountOf(limit, vendor.plans.get(plan)!) }))
  const plain = amountOf(limit, {})
  const isSame = byPlan.every(({ amount }) => amount === plain)
  return {
    name: limit.name,
    algorithm: limit.algorithm,
    per: (raw['per'] as string[] | undefined) ?? ['credential'],
    refuse: limit.refuse.name,
    on: (raw['on'] as string[] | undefined) ?? null,
    except: (raw['except'] as string[] | undefined) ?? [],
    allows: isSame ? [{ plan: null, amount: plain }] : byPlan,
  }
}

/** The rate that a limit allows on this plan. */
function amountOf(limit: Limit, plan: Readonly<Record<string, unknown>>): string {
  const { settings } = limit
  const scope: Scope = {
    read: (root) => (root === 'plan' ? plan : undefined),
    generate: () => undefined,
    list: () => [],
  }
  const each = settings.instances > 1 ? `, on each of ${settings.instances} instances` : ''
  const read = (key: 'limit' | 'capacity' | 'refill' | 'window'): unknown => settings[key](scope)
  switch (limit.algorithm) {
    case 'token-bucket': {
      const capacity = read('capacity')
      return typeof capacity === 'number' ? `${capacity} at once, then ${text(read('refill'))}${each}` : `unlimited`
    }
    case 'concurrency': {
      const slots = read('limit')
      return typeof slots === 'number' ? `${slots} in flight${each}` : 'unlimited'
    }
    case 'fixed-window':
    case 'sliding-window': {
      const most = read('limit')
      return typeof most === 'number' ? `${most} in ${text(read('window'))}${each}` : 'unlimited'
    }
  }
}

function text(value: unknown): string {
  return typeof value === 'number' ? formatDuration(value) : String(value)
}

function rawLimit(mock: Readonly<Record<string, unknown>>, name: string): Readonly<Record<string, unknown>> {
  const limits = asList(mock['limits'])
  return asRecord(limits.find((entry) => asRecord(entry)['name'] === name))
}

function withoutNotes(plan: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(plan).filter(([key]) => !/^x-mock-(?:assumed|source)$/.test(key)))
}
