import { durationHint, parseDuration, parseRate } from '../values/duration.ts'
import { didYouMean } from '../problems/nearest.ts'
import {
  bitOf,
  STAGES,
  type HeaderRule,
  type Limit,
  type LimitSettings,
  type Stage,
  type StageName,
} from '../model/vendor.ts'
import { compileValue, constant } from '../values/value.ts'
import { compileHeaders, type Context, type Data, list, record, refusalOf, textOf } from './context.ts'

const UNLIMITED = constant(null)

/** A limit as compiled, with the operations it counts. */
export interface LimitEntry {
  readonly limit: Limit
  readonly on: readonly string[] | undefined
  readonly except: readonly string[]
}

export function compileLimits(context: Context, raw: unknown, pointer: string): LimitEntry[] {
  return list(raw).flatMap((entry, index): LimitEntry[] => {
    const at = `${pointer}/${index}`
    const node = record(entry)
    const refuse = refusalOf(context, node['refuse'], `${at}/refuse`)
    if (!refuse) return []
    const limit: Limit = {
      name: String(node['name']),
      table: `${context.vendor}/limit/${String(node['name'])}`,
      algorithm: node['algorithm'] as Limit['algorithm'],
      per: list(node['per'] ?? ['credential']).map((part) => compileKey(context, String(part), `${at}/per`)),
      counts: node['counts'] === 'any' ? 'any' : 'admitted',
      refuse,
      settings: {
        limit: UNLIMITED,
        window: constant(60_000),
        capacity: UNLIMITED,
        refill: UNLIMITED,
        starts: 'first-hit',
        instances: 1,
        lease: 60_000,
        queue: 0,
        ...compileLimitSettings(context, node, at),
      },
    }
    return [{ limit, on: node['on'] as string[] | undefined, except: list(node['except']) as string[] }]
  })
}

/** The keys of a limit that a scenario may set too, by algorithm: the others do nothing. */
export const LIMIT_KEYWORDS = {
  'token-bucket': ['capacity', 'refill', 'instances', 'queue'],
  'fixed-window': ['limit', 'window', 'starts', 'instances', 'queue'],
  'sliding-window': ['limit', 'window', 'instances', 'queue'],
  concurrency: ['limit', 'lease', 'instances', 'queue'],
} as const satisfies Readonly<Record<Limit['algorithm'], ReadonlyArray<keyof LimitSettings>>>

/** The keys of a limit that a scenario may set too; only those that are written. */
export function compileLimitSettings(
  context: Pick<Context, 'report' | 'cel' | 'roots'>,
  node: Data,
  pointer: string,
): Partial<LimitSettings> {
  const refill = textOf(node['refill'])
  if (refill !== undefined && !refill.includes('{$') && parseRate(refill) === undefined) {
    const duration = refill.split(' per ')[1] ?? ''
    context.report({
      code: 'bad-format',
      pointer: `${pointer}/refill`,
      message: `"${refill}" is not a rate.${durationHint(duration) || ' Its duration has to be above 0.'} Write "10 per 1s".`,
    })
  }
  const value = (key: string) => ({ [key]: compileValue(node[key], `${pointer}/${key}`, context) })
  return {
    ...('limit' in node && value('limit')),
    ...('window' in node && value('window')),
    ...('capacity' in node && value('capacity')),
    ...('refill' in node && value('refill')),
    ...(node['starts'] !== undefined && { starts: node['starts'] as LimitSettings['starts'] }),
    ...(node['instances'] !== undefined && { instances: Number(node['instances']) }),
    ...(node['lease'] !== undefined && { lease: parseDuration(String(node['lease'])) ?? 60_000 }),
    ...(node['queue'] !== undefined && { queue: Number(node['queue']) }),
  }
}

/** The vendor's order; stages it leaves out follow in their default places. */
export function compileOrder(context: Context, raw: unknown, pointer: string, limits: readonly Limit[]): StageName[] {
  const written = raw === undefined ? [...STAGES] : list(raw).map(String)
  const named = new Set(written.flatMap((label) => (label.includes(':') ? [label.slice(label.indexOf(':') + 1)] : [])))
  const order = written.flatMap((label, index): StageName[] => {
    const [stage, part] = label.split(/:(.*)/s) as [Stage, string | undefined]
    if (!STAGES.includes(stage)) {
      context.report({
        code: 'unknown-stage',
        pointer: `${pointer}/${index}`,
        message: `"${stage}" is not a stage.${didYouMean(stage, STAGES)}`,
      })
      return []
    }
    const names = limits.map((limit) => limit.name)
    if (stage === 'limit' && part !== undefined && !names.includes(part)) {
      context.report({
        code: 'unknown-limit',
        pointer: `${pointer}/${index}`,
        message: `"${part}" is not one of the limits.${didYouMean(part, names)}`,
      })
      return []
    }
    const bit = bitOf(stage)
    if (stage !== 'limit') return [{ stage, bit, label }]
    return [{ stage, bit, label, parts: part === undefined ? names.filter((name) => !named.has(name)) : [part] }]
  })
  const parts = limits.map((limit) => limit.name).filter((name) => !order.some((entry) => entry.parts?.includes(name)))
  for (const stage of STAGES) {
    const there = order.some((entry) => entry.stage === stage)
    if (there && (stage !== 'limit' || parts.length === 0)) continue
    // A stage that is left out keeps its default place: before the first that comes after it there.
    const later = order.findIndex((entry) => STAGES.indexOf(entry.stage) > STAGES.indexOf(stage))
    const entry = { stage, bit: bitOf(stage), label: stage, ...(stage === 'limit' && { parts }) }
    order.splice(later === -1 ? order.length : later, 0, entry)
  }
  return order
}

export function compileHeaderRules(context: Context, raw: unknown, pointer: string): HeaderRule[] {
  return list(raw).map((entry, index) => {
    const node = record(entry)
    const [from, part] = (textOf(node['from'])?.split(/:(.*)/s) ?? []) as [Stage?, string?]
    if (from !== undefined && !STAGES.includes(from)) {
      context.report({
        code: 'unknown-stage',
        pointer: `${pointer}/${index}/from`,
        message: `"${from}" is not a stage.${didYouMean(from, STAGES)}`,
      })
    }
    return {
      from: from === undefined ? 0 : bitOf(from),
      part,
      on: (textOf(node['on']) ?? 'answer') as HeaderRule['on'],
      set: compileHeaders(context, node['set'], `${pointer}/${index}/set`),
    }
  })
}

const KEYS: Readonly<Record<string, string>> = {
  credential: '{$credential.id}',
  account: '{$account.id}',
  ip: '{$request.ip}',
  operation: '{$request.operation}',
}

export function compileKey(context: Context, part: string, pointer: string) {
  return part.split('|').map((name) => {
    const known = KEYS[name]
    if (known === undefined && !name.startsWith('{$')) {
      context.report({
        code: 'unknown-limit-key',
        pointer,
        message: `"${name}" is not what a limit can count by.${didYouMean(name, [...Object.keys(KEYS), '{$request.header.X}'])}`,
      })
    }
    return compileValue(known ?? name, pointer, context)
  })
}
