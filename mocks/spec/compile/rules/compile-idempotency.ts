import type { Idempotency } from '../../model/rules/idempotency.ts'
import type { Parameter } from '../../model/operation/operation.ts'
import { compileRefusal, type SpecCursor } from '../context.ts'

/** `idempotency` of the root, with its operations. */
export interface IdempotencyEntry {
  readonly rule: Idempotency
  readonly on: readonly string[] | undefined
  readonly except: readonly string[]
}

const DAY = 24 * 60 * 60 * 1000

export function compileIdempotency(node: SpecCursor): IdempotencyEntry | undefined {
  if (node.value === undefined) return undefined
  const spelled = node.at('header').text() ?? 'Idempotency-Key'
  const missing = node.optional('missing')
  const replayed = node.at('replayed').entries()[0]
  return {
    rule: {
      header: spelled.toLowerCase(),
      spelled,
      window: node.optional('window')?.duration() ?? DAY,
      keeps: node.at('keeps').value === 'all' ? 'all' : 'success',
      required: missing !== undefined,
      missing: missing && compileRefusal(missing),
      conflict: compileRefusal(node.at('conflict')),
      busy: compileRefusal(node.at('busy')),
      replayed: replayed && [replayed[0], String(replayed[1].value)],
    },
    on: node.optional('on')?.texts(),
    except: node.at('except').texts(),
  }
}

/**
 * The idempotency of an operation: that of the named operations, else of those that document the header or are a POST.
 */
export function idempotencyOf(
  entry: IdempotencyEntry | undefined,
  names: readonly string[],
  { method, parameters }: { readonly method: string; readonly parameters: readonly Parameter[] },
): Idempotency | undefined {
  if (!entry || entry.except.some((name) => names.includes(name))) return undefined
  const { rule, on } = entry
  const isDocumented = parameters.some(
    ({ in: place, name }) => place === 'header' && name.toLowerCase() === rule.header,
  )
  const isMeant = on ? on.some((name) => names.includes(name)) : isDocumented || method === 'POST'
  return isMeant ? rule : undefined
}
