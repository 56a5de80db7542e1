import { compileDuration } from '../spec/compile/duration.ts'
import { compileLimitSettings } from '../spec/compile/limits.ts'
import { rootsWith } from '../spec/compile/vendor.ts'
import { parseDuration } from '../spec/duration.ts'
import { didYouMean } from '../spec/nearest.ts'
import type { Finding } from '../spec/problem.ts'
import { type Compiling, constantOf } from '../spec/value.ts'
import type { AccountSettings, Collection, Job, LimitSettings, Vendor } from '../spec/vendor.ts'
import { compileRules } from './compile-rules.ts'
import { compileTests } from './compile-when.ts'
import { compileTokens } from './compile-tokens.ts'
import { compileWebhooks } from './compile-webhooks.ts'
import { asRecord, entriesOf, type Raw } from './raw.ts'
import type { JobCourse, JobSettings, Latency, Span, VendorSituation } from './situation.ts'

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
  const accounts = compileAccounts(vendor, raw['accounts'], report)
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

function compileAccounts(vendor: Vendor, raw: unknown, report: Compiling['report']): Map<string, AccountSettings> {
  const accounts = new Map(vendor.accounts)
  for (const [name, value] of entriesOf(raw)) {
    const settings = asRecord(value)
    const plan = settings['plan']
    if (typeof plan === 'string' && vendor.plans.size > 0 && !vendor.plans.has(plan)) {
      report({
        code: 'unknown-plan',
        pointer: `/accounts/${name}/plan`,
        message: `"${plan}" is not a plan of ${vendor.name}.${didYouMean(plan, vendor.plans.keys())}`,
      })
    }
    const before = accounts.get(name) ?? accounts.get('default') ?? {}
    accounts.set(name, { ...before, ...settings } as AccountSettings)
  }
  return accounts
}

function compileLimits(vendor: Vendor, raw: unknown, compiling: Compiling): Map<string, LimitSettings> {
  const limits = new Map(vendor.limits.map((limit) => [limit.name, limit.settings] as const))
  for (const [name, value] of entriesOf(raw)) {
    const before = limits.get(name)
    if (!before) {
      compiling.report({
        code: 'unknown-limit',
        pointer: `/limits/${name}`,
        message: `"${name}" is not a limit of ${vendor.name}.${didYouMean(name, limits.keys())}`,
      })
      continue
    }
    limits.set(name, { ...before, ...compileLimitSettings(compiling, asRecord(value), `/limits/${name}`) })
  }
  return limits
}

function compileData(vendor: Vendor, raw: unknown, report: Compiling['report']) {
  const data = new Map<string, Map<string, Raw>>()
  for (const [name, items] of entriesOf(raw)) {
    const collection: Collection | undefined = vendor.collections.get(name)
    if (!collection) {
      report({
        code: 'unknown-collection',
        pointer: `/data/${name}`,
        message: `"${name}" is not a collection of ${vendor.name}.${didYouMean(name, vendor.collections.keys())}`,
      })
      continue
    }
    data.set(name, new Map(entriesOf(items).map(([key, fields]) => [key, asRecord(fields)])))
  }
  return data
}

function compileJobs(vendor: Vendor, raw: unknown, compiling: Compiling): Map<string, JobSettings> {
  const jobs = new Map<string, JobSettings>()
  for (const [name, value] of entriesOf(raw)) {
    const job = vendor.jobs.get(name)
    if (!job) {
      compiling.report({
        code: 'unknown-job',
        pointer: `/jobs/${name}`,
        message: `"${name}" is not a job of ${vendor.name}.${didYouMean(name, vendor.jobs.keys())}`,
      })
      continue
    }
    const states = [...job.states.keys()]
    const outcomes = [
      ...new Set([...job.states.values()].flatMap((state) => [...state.or, ...(state.then ? [state.then] : [])])),
    ]
    const course = (node: Raw, at: string): JobCourse => {
      const { outcome } = node
      if (typeof outcome === 'string' && !outcomes.includes(outcome)) {
        compiling.report({
          code: 'unknown-outcome',
          pointer: `${at}/outcome`,
          message: `"${outcome}" is not an outcome of the job ${name}.${didYouMean(outcome, outcomes)}`,
        })
      }
      const timings = new Map<string, number | 'never'>()
      for (const [state, time] of entriesOf(node['timings'])) {
        if (!states.includes(state)) {
          compiling.report({
            code: 'unknown-state',
            pointer: `${at}/timings/${state}`,
            message: `"${state}" is not a state of the job ${name}.${didYouMean(state, states)}`,
          })
        }
        const ms =
          time === 'never' ? 'never' : constantOf(compileDuration(compiling, time, `${at}/timings/${state}`))?.value
        timings.set(state, ms as number | 'never')
      }
      return { outcome: typeof outcome === 'string' ? outcome : undefined, timings }
    }
    const node = asRecord(value)
    const where = Array.isArray(node['where']) ? (node['where'] as unknown[]) : []
    jobs.set(name, {
      always: course(node, `/jobs/${name}`),
      slots: compileSlots(job, node['slots'], `/jobs/${name}/slots`, compiling),
      nth: new Map(
        entriesOf(node['nth']).map(([ordinal, entry]) => [
          Number(ordinal),
          course(asRecord(entry), `/jobs/${name}/nth/${ordinal}`),
        ]),
      ),
      where: where.map((entry, index) => ({
        input: compileTests(asRecord(entry)['input']),
        course: course(asRecord(entry), `/jobs/${name}/where/${index}`),
      })),
    })
  }
  return jobs
}

function compileSlots(job: Job, raw: unknown, pointer: string, compiling: Compiling): Map<string, number | null> {
  const waiting = [...job.states.values()].filter((state) => state.slots.length > 0).map((state) => state.name)
  for (const [state] of entriesOf(raw)) {
    if (waiting.includes(state)) continue
    compiling.report({
      code: 'unknown-state',
      pointer: `${pointer}/${state}`,
      message: `"${state}" is not a state of the job ${job.name} that waits for slots.${didYouMean(state, waiting)}`,
    })
  }
  return new Map(entriesOf(raw).map(([state, capacity]) => [state, capacity as number | null]))
}

function compileLatency(vendor: Vendor, raw: unknown, report: Compiling['report']): Latency | undefined {
  if (raw === undefined) return undefined
  const node = asRecord(raw)
  const operations = new Map<string, Span>()
  for (const [operation, value] of entriesOf(node['operations'])) {
    if (!vendor.operations.has(operation)) {
      report({
        code: 'unknown-operation',
        pointer: `/latency/operations/${operation}`,
        message: `"${operation}" is not an operation of ${vendor.name}.${didYouMean(operation, vendor.operations.keys())}`,
      })
    }
    operations.set(operation, span(value))
  }
  const otherwise = typeof raw === 'string' ? span(raw) : 'min' in node ? span(node) : span(node['default'] ?? '0ms')
  return { otherwise, operations }
}

function span(value: unknown): Span {
  if (typeof value === 'string') {
    const ms = parseDuration(value) ?? 0
    return { min: ms, max: ms }
  }
  const node = asRecord(value)
  return { min: parseDuration(String(node['min'])) ?? 0, max: parseDuration(String(node['max'])) ?? 0 }
}
