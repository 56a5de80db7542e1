import { compileLimitSettings, LIMIT_KEYWORDS } from '../../spec/compile/limits.ts'
import { rootsWith } from '../../spec/compile/compile-vendor.ts'
import { formatDuration, parseDuration } from '../../spec/values/duration.ts'
import { didYouMean } from '../../spec/problems/nearest.ts'
import { escapeSegment } from '../../spec/references/pointer.ts'
import type { Finding } from '../../spec/problems/problem.ts'
import type { Compiling } from '../../spec/values/value.ts'
import type { LimitSettings, Vendor } from '../../spec/model/vendor.ts'
import { compileAccounts } from './compile-accounts.ts'
import { compileData } from './compile-data.ts'
import { compileJobs } from './compile-jobs.ts'
import { compileRules } from './compile-rules.ts'
import { compileTokens } from './compile-tokens.ts'
import { compileWebhooks } from './compile-webhooks.ts'
import { asRecord, entriesOf, type Raw } from '../raw.ts'
import type { Latency, Span, VendorSituation } from '../situation.ts'

/** One scenario's part for one vendor, merged and ready to be judged against that vendor. */
export interface ScenarioPart {
  /** `seek/out-of-credits` */
  readonly name: string
  readonly raw: Raw
  readonly report: (finding: Finding) => void
  readonly cel: Compiling['cel']
  readonly place?: Compiling['place']
}

/** Compiles what a scenario says of one vendor; every name in it must exist there. */
export function compileVendorSituation(vendor: Vendor, part: ScenarioPart): VendorSituation {
  const { raw, report, name } = part
  const roots = rootsWith([...vendor.collections.values()].map((collection) => collection.item))
  const compiling: Compiling = { report, cel: part.cel, roots, place: part.place }
  const own = entriesOf(raw['accounts'])
  const accounts = compileAccounts(vendor, raw, report)
  const others = new Map<Vendor, VendorSituation>()
  const situation: VendorSituation = {
    scenario: name,
    title: typeof raw['title'] === 'string' ? raw['title'] : name,
    keys: raw['keys'] === 'open' || raw['keys'] === 'listed' ? raw['keys'] : vendor.keys,
    accounts,
    grants: new Set(own.filter(([, account]) => 'credits' in asRecord(account)).map(([account]) => account)),
    limits: compileLimits(vendor, raw['limits'], compiling),
    data: compileData(vendor, raw['data'], report),
    jobs: compileJobs(vendor, raw['jobs'], compiling),
    tokens: compileTokens(vendor, raw['tokens'], [...accounts.keys()], report),
    webhooks: compileWebhooks(vendor, raw['webhooks'], report),
    rules: compileRules(vendor, raw['rules'], name, compiling),
    latency: compileLatency(vendor, raw['latency'], report),
    dialect: vendor.dialect,
    in: (spoken) => {
      if (spoken.dialect === vendor.dialect) return situation
      let other = others.get(spoken)
      // What this dialect has not, nothing can be said of in it: the mistakes were told of the one that is played.
      if (!other) others.set(spoken, (other = compileVendorSituation(spoken, { ...part, report: () => {} })))
      return other
    },
  }
  return situation
}

function compileLimits(vendor: Vendor, raw: unknown, compiling: Compiling): Map<string, LimitSettings> {
  const limits = new Map(vendor.limits.map((limit) => [limit.name, limit] as const))
  const settings = new Map(vendor.limits.map((limit) => [limit.name, limit.settings] as const))
  for (const [name, value] of entriesOf(raw)) {
    const limit = limits.get(name)
    const at = `/limits/${escapeSegment(name)}`
    if (!limit) {
      compiling.report({
        code: 'unknown-limit',
        pointer: at,
        message: `"${name}" is not a limit of ${vendor.name}.${didYouMean(name, limits.keys())}`,
      })
      continue
    }
    const node = asRecord(value)
    const known: readonly string[] = LIMIT_KEYWORDS[limit.algorithm]
    for (const keyword of Object.keys(node).filter((key) => !known.includes(key))) {
      compiling.report({
        code: 'no-effect',
        pointer: `${at}/${escapeSegment(keyword)}`,
        message: `"${keyword}" has no effect on the limit "${name}", whose algorithm is ${limit.algorithm}. It has: ${known.join(', ')}.`,
      })
    }
    settings.set(name, { ...limit.settings, ...compileLimitSettings(compiling, node, at) })
  }
  return settings
}

function compileLatency(vendor: Vendor, raw: unknown, report: Compiling['report']): Latency | undefined {
  if (raw === undefined) return undefined
  const node = asRecord(raw)
  const operations = new Map<string, Span>()
  for (const [operation, value] of entriesOf(node['operations'])) {
    const pointer = `/latency/operations/${escapeSegment(operation)}`
    if (!vendor.operations.has(operation)) {
      report({
        code: 'unknown-operation',
        pointer,
        message: `"${operation}" is not an operation of ${vendor.name}.${didYouMean(operation, vendor.operations.keys())}`,
      })
    }
    operations.set(operation, span(value, pointer, report))
  }
  const otherwise =
    typeof raw === 'string' || 'min' in node
      ? span(raw, '/latency', report)
      : span(node['default'] ?? '0ms', '/latency/default', report)
  return { otherwise, operations }
}

function span(value: unknown, pointer: string, report: Compiling['report']): Span {
  const read = (raw: unknown): number => parseDuration(String(raw)) ?? 0
  if (typeof value === 'string') return { min: read(value), max: read(value) }
  const node = asRecord(value)
  const [min, max] = [read(node['min']), read(node['max'])]
  if (min > max) {
    const message = `The range ends before it begins: "min" is ${formatDuration(min)}, "max" ${formatDuration(max)}. Write the shorter one as "min".`
    report({ code: 'bad-format', pointer, message })
  }
  return { min, max }
}
