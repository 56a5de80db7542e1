import { compileLimitSettings, LIMIT_KEYWORDS } from '../../spec/compile/limits.ts'
import { rootNames } from '../../spec/compile/compile-vendor.ts'
import { Cursor } from '../../spec/compile/cursor.ts'
import { formatDuration } from '../../spec/values/duration.ts'
import type { Finding } from '../../spec/problems/problem.ts'
import type { Compiling } from '../../spec/values/value.ts'
import type { LimitSettings } from '../../spec/model/rules/limit.ts'
import type { Vendor } from '../../spec/model/vendor.ts'
import { compileAccounts } from './compile-accounts.ts'
import { compileData } from './compile-data.ts'
import { compileExpectations, compileFindings } from './compile-expect.ts'
import { compileJobSettings } from './compile-jobs.ts'
import { compileRules } from './compile-rules.ts'
import { compileTokens } from './compile-tokens.ts'
import { compileWebhookSettings } from './compile-webhooks.ts'
import type { Raw } from '../raw.ts'
import type { Latency, Span, VendorSituation } from '../situation.ts'
import type { ScenarioContext, ScenarioCursor } from './context.ts'

/** A scenario's part for one vendor, with its parents merged, before it is checked against the vendor. */
export interface ScenarioPart {
  /** `seek/out-of-credits` */
  readonly name: string
  readonly raw: Raw
  readonly report: (finding: Finding) => void
  readonly cel: Compiling['cel']
  readonly place?: Compiling['place']
}

/** Compiles the part of a scenario for one vendor; every name in it must exist there. */
export function compileVendorSituation(vendor: Vendor, part: ScenarioPart): VendorSituation {
  const { raw, report, name, cel, place } = part
  const roots = rootNames([...vendor.collections.values()].map((collection) => collection.item))
  const context: ScenarioContext = { vendor, report, cel, roots, place }
  const root = new Cursor<ScenarioContext>(raw, '', context)
  const accounts = compileAccounts(root)
  const funded = root
    .at('accounts')
    .entries()
    .filter(([, account]) => account.has('credits'))
  const keys = root.at('keys').value
  const others = new Map<Vendor, VendorSituation>()
  const situation: VendorSituation = {
    scenario: name,
    raw,
    title: root.at('title').text() ?? name,
    keys: keys === 'open' || keys === 'listed' ? keys : vendor.keys,
    accounts,
    grants: new Set(funded.map(([account]) => account)),
    limits: compileLimitChanges(root.at('limits')),
    data: compileData(root.at('data')),
    jobs: compileJobSettings(root.at('jobs')),
    tokens: compileTokens(root.at('tokens'), [...accounts.keys()]),
    webhooks: compileWebhookSettings(root.at('webhooks')),
    rules: compileRules(root.at('rules'), name),
    expect: compileExpectations(root.at('expect')),
    findings: compileFindings(root.at('findings')),
    latency: compileLatency(root.at('latency')),
    dialect: vendor.dialect,
    in: (spoken) => {
      if (spoken.dialect === vendor.dialect) return situation
      let other = others.get(spoken)
      // What another dialect lacks is not an error: errors were reported for the dialect in use.
      if (!other) others.set(spoken, (other = compileVendorSituation(spoken, { ...part, report: () => {} })))
      return other
    },
  }
  return situation
}

function compileLimitChanges(limits: ScenarioCursor): Map<string, LimitSettings> {
  const { vendor } = limits.context
  const known = new Map(vendor.limits.map((limit) => [limit.name, limit] as const))
  const settings = new Map(vendor.limits.map((limit) => [limit.name, limit.settings] as const))
  for (const [name, node] of limits.entries()) {
    const limit = node.key.oneOf(known, 'limit', `a limit of ${vendor.name}`)
    if (!limit) continue
    const keywords: readonly string[] = LIMIT_KEYWORDS[limit.algorithm]
    for (const [keyword, setting] of node.entries()) {
      if (keywords.includes(keyword)) continue
      const problem = `"${keyword}" has no effect on the limit "${name}", whose algorithm is ${limit.algorithm}.`
      setting.report('no-effect', problem, `It has: ${keywords.join(', ')}.`)
    }
    settings.set(name, { ...limit.settings, ...compileLimitSettings(node) })
  }
  return settings
}

function compileLatency(latency: ScenarioCursor): Latency | undefined {
  if (latency.value === undefined) return undefined
  const { vendor } = latency.context
  const operations = new Map<string, Span>()
  for (const [operation, span] of latency.at('operations').entries()) {
    span.key.isOneOf(vendor.operations.keys(), 'operation', `an operation of ${vendor.name}`)
    operations.set(operation, compileSpan(span))
  }
  const isSpan = latency.text() !== undefined || latency.has('min')
  return { fallback: compileSpan(isSpan ? latency : latency.at('default')), operations }
}

/** `200ms`, or `{ min: 100ms, max: 300ms }`; zero where absent. */
function compileSpan(span: Cursor): Span {
  if (span.text() !== undefined) {
    const ms = span.duration() ?? 0
    return { min: ms, max: ms }
  }
  const [min, max] = [span.at('min').duration() ?? 0, span.at('max').duration() ?? 0]
  if (min > max) {
    const problem = `The range ends before it begins: "min" is ${formatDuration(min)}, "max" ${formatDuration(max)}.`
    span.report('bad-format', problem, 'Write the shorter one as "min".')
  }
  return { min, max }
}
