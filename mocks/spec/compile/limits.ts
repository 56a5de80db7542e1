import { durationHint, parseRate } from '../values/duration.ts'
import { bitOf, type Stage, STAGES } from '../model/rules/stage.ts'
import type { HeaderRule } from '../model/vendor.ts'
import type { Limit, LimitSettings } from '../model/rules/limit.ts'
import { type Compiling, compileValue, constant, type Value } from '../values/value.ts'
import { compileHeaders, compileRefusal, type SpecCursor } from './context.ts'
import type { Cursor } from './cursor.ts'

const UNLIMITED = constant(null)

/** A limit as compiled, with the operations it counts. */
export interface LimitEntry {
  readonly limit: Limit
  readonly on: readonly string[] | undefined
  readonly except: readonly string[]
}

export function compileLimits(limits: SpecCursor): LimitEntry[] {
  return limits.list().flatMap((node): LimitEntry[] => {
    const refuse = compileRefusal(node.at('refuse'))
    if (!refuse) return []
    const name = String(node.at('name').value)
    const limit: Limit = {
      name,
      table: `${node.context.vendor}/limit/${name}`,
      algorithm: node.at('algorithm').value as Limit['algorithm'],
      per: node.optional('per')?.list().map(compileKey) ?? [[compileValue(KEYS['credential'], '', node.context)]],
      counts: node.at('counts').value === 'any' ? 'any' : 'admitted',
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
        ...compileLimitSettings(node),
      },
    }
    return [{ limit, on: node.optional('on')?.texts(), except: node.at('except').texts() }]
  })
}

/** The settings of a limit that scenarios may set too, by algorithm; other settings have no effect. */
export const LIMIT_KEYWORDS = {
  'token-bucket': ['capacity', 'refill', 'instances', 'queue'],
  'fixed-window': ['limit', 'window', 'starts', 'instances', 'queue'],
  'sliding-window': ['limit', 'window', 'instances', 'queue'],
  concurrency: ['limit', 'lease', 'instances', 'queue'],
} as const satisfies Readonly<Record<Limit['algorithm'], ReadonlyArray<keyof LimitSettings>>>

/** The settings of a limit that scenarios may set too; only those present. */
export function compileLimitSettings(node: Cursor<Compiling>): Partial<LimitSettings> {
  const refill = node.at('refill').text()
  if (refill !== undefined && !refill.includes('{$') && parseRate(refill) === undefined) {
    const hint = durationHint(refill.split(' per ')[1] ?? '') || ' Its duration has to be above 0.'
    node.at('refill').report('bad-format', `"${refill}" is not a rate.${hint}`, 'Write "10 per 1s".')
  }
  const value = (key: string) => ({ [key]: node.at(key).compile() })
  return {
    ...(node.has('limit') && value('limit')),
    ...(node.has('window') && value('window')),
    ...(node.has('capacity') && value('capacity')),
    ...(node.has('refill') && value('refill')),
    ...(node.has('starts') && { starts: node.at('starts').value as LimitSettings['starts'] }),
    ...(node.has('instances') && { instances: Number(node.at('instances').value) }),
    ...(node.has('lease') && { lease: node.at('lease').duration() ?? 60_000 }),
    ...(node.has('queue') && { queue: Number(node.at('queue').value) }),
  }
}

export function compileHeaderRules(rules: SpecCursor): HeaderRule[] {
  return rules.list().map((node) => {
    const [stage, part] = (node.at('from').text()?.split(/:(.*)/s) ?? []) as [Stage?, string?]
    if (stage !== undefined && !STAGES.includes(stage)) node.at('from').reportUnknown(stage, STAGES, 'stage', 'a stage')
    return {
      from: stage === undefined ? 0 : bitOf(stage),
      part,
      on: (node.at('on').text() ?? 'answer') as HeaderRule['on'],
      set: compileHeaders(node.at('set')),
    }
  })
}

const KEYS: Readonly<Record<string, string>> = {
  credential: '{$credential.id}',
  account: '{$account.id}',
  ip: '{$request.ip}',
  operation: '{$request.operation}',
}

/** Keys that a limit or a pool of slots counts by: for `credential|ip`, the first that the request has. */
export function compileKey(key: SpecCursor): Value[] {
  return String(key.value)
    .split('|')
    .map((name) => {
      const known = KEYS[name]
      if (known === undefined && !name.startsWith('{$')) {
        const names = [...Object.keys(KEYS), '{$request.header.X}']
        key.reportUnknown(name, names, 'limit-key', 'what a limit can count by')
      }
      return compileValue(known ?? name, key.pointer, key.context)
    })
}
