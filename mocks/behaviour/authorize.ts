import { asText, asWord } from '../spec/values/scalar.ts'
import type { SchemaIssue } from '../spec/schema/issue.ts'
import type { Refusal } from '../spec/model/response.ts'
import type { Requirement } from '../spec/model/operation/steps.ts'
import type { ExchangeState } from './exchange.ts'
import { refuse, type Refused } from './outcome.ts'

/**
 * Refuses a caller without the permission that the operation needs. A credential that ends in `unscoped` has no
 * permission.
 */
export function authorize(exchange: ExchangeState): Refused | undefined {
  for (const requirement of exchange.operation?.authorize ?? []) {
    const { schemes } = requirement
    if (schemes && exchange.credential && !schemes.includes(exchange.credential.scheme.name)) continue
    const lacking = exchange.credential?.id.endsWith('unscoped')
      ? 'the key ends in "unscoped", so it has no permission'
      : requirement.kind === 'level'
        ? lackingLevel(exchange, requirement)
        : lackingValue(exchange, requirement)
    if (lacking === undefined) continue
    return {
      ...refuse('authorize', requirement.refuse, 403, lacking),
      issues: [issueOf(exchange, requirement, lacking)],
    }
  }
  return undefined
}

/** The issue of the first requirement with this refusal, for an answer without a cause. */
export function authorizeIssue(
  exchange: ExchangeState,
  isMeant: (refusal: Refusal) => boolean,
): SchemaIssue | undefined {
  const requirement = exchange.operation?.authorize.find(({ refuse: refusal }) => isMeant(refusal))
  return (
    requirement &&
    issueOf(exchange, requirement, `${exchange.operation!.id} needs ${String(needsOf(exchange, requirement))}`)
  )
}

function issueOf(exchange: ExchangeState, requirement: Requirement, message: string): SchemaIssue {
  return { keyword: 'authorize', path: '', params: { needs: needsOf(exchange, requirement) }, message }
}

/** The required level or value; several are separated by spaces. */
function needsOf(exchange: ExchangeState, requirement: Requirement): unknown {
  if (requirement.kind === 'level') return requirement.needs
  const wanted = requirement.tests[0]?.[1](exchange.scope)
  return Array.isArray(wanted) ? wanted.join(' ') : wanted
}

function lackingLevel(
  exchange: ExchangeState,
  requirement: Extract<Requirement, { kind: 'level' }>,
): string | undefined {
  const { levels, needs } = requirement
  const granted = requirement.granted(exchange.scope)
  const isMap = granted !== null && typeof granted === 'object'
  const entry = isMap
    ? requirement.by.map((value) => value(exchange.scope)).find((value) => value !== undefined && value !== null)
    : undefined
  const level = !isMap
    ? granted
    : (typeof entry === 'string' || typeof entry === 'number') && Object.hasOwn(granted, entry)
      ? (granted as Record<string, unknown>)[entry]
      : undefined
  if (levels.indexOf(asText(level)) >= levels.indexOf(needs)) return undefined
  const where = isMap ? ` in ${asText(entry)}` : ''
  return `${exchange.operation!.id} needs ${needs}${where}; the account ${exchange.account?.name ?? ''} has ${level === undefined || level === null ? 'nothing' : asText(level)}`
}

function lackingValue(
  exchange: ExchangeState,
  requirement: Extract<Requirement, { kind: 'value' }>,
): string | undefined {
  const value = requirement.value(exchange.scope)
  for (const [test, wanted] of requirement.tests) {
    const expected = wanted(exchange.scope)
    if (holds(test, value, expected)) continue
    return `${exchange.operation!.id} needs ${requirement.label} to be ${WORDS[test]}${asWord(expected)}; it is ${asWord(value)}`
  }
  return undefined
}

const WORDS = { equals: '', in: 'one of ', not: 'other than ', contains: 'a list with ' } as const

function holds(test: keyof typeof WORDS, value: unknown, wanted: unknown): boolean {
  if (test === 'contains') {
    const has = Array.isArray(value) ? value : typeof value === 'string' ? value.split(/\s+/) : []
    return Array.isArray(wanted) ? wanted.every((entry) => has.includes(entry)) : has.includes(wanted)
  }
  const fits = Array.isArray(wanted) ? wanted.includes(value) : value === wanted
  return test === 'not' ? !fits : fits
}
