import type { Refusal, Requirement } from '../spec/vendor.ts'
import { asText } from '../spec/scalar.ts'
import { shown } from '../state/printable.ts'
import { refuse, type Refused, type Turn } from './turn.ts'

/**
 * Has the caller what the operation needs? A credential that ends in `unscoped` has nothing that any operation asks
 * for.
 */
export function authorize(turn: Turn): Refused | undefined {
  for (const requirement of turn.operation?.authorize ?? []) {
    const { schemes } = requirement
    if (schemes && turn.credential && !schemes.includes(turn.credential.scheme.name)) continue
    const lacking = turn.credential?.id.endsWith('unscoped')
      ? 'the key ends in "unscoped", so it may do nothing'
      : requirement.kind === 'level'
        ? lackingLevel(turn, requirement)
        : lackingValue(turn, requirement)
    if (lacking === undefined) continue
    turn.issues = [issueOf(turn, requirement, lacking)]
    return refuse('authorize', requirement.refuse, 403, lacking)
  }
  return undefined
}

/** The issue of the first requirement that refuses so, for an answer that nobody has caused. */
export function authorizeIssue(turn: Turn, isMeant: (refusal: Refusal) => boolean): Turn['issues'][number] | undefined {
  const requirement = turn.operation?.authorize.find(({ refuse: refusal }) => isMeant(refusal))
  return requirement && issueOf(turn, requirement, `${turn.operation!.id} needs ${String(needsOf(turn, requirement))}`)
}

function issueOf(turn: Turn, requirement: Requirement, message: string): Turn['issues'][number] {
  return { keyword: 'authorize', path: '', params: { needs: needsOf(turn, requirement) }, message }
}

/** The level, or what the value has to be; of several, with spaces between. */
function needsOf(turn: Turn, requirement: Requirement): unknown {
  if (requirement.kind === 'level') return requirement.needs
  const wanted = requirement.tests[0]?.[1](turn.scope)
  return Array.isArray(wanted) ? wanted.join(' ') : wanted
}

function lackingLevel(turn: Turn, requirement: Extract<Requirement, { kind: 'level' }>): string | undefined {
  const { levels, needs } = requirement
  const granted = requirement.granted(turn.scope)
  const isMap = granted !== null && typeof granted === 'object'
  const entry = isMap
    ? requirement.by.map((value) => value(turn.scope)).find((value) => value !== undefined && value !== null)
    : undefined
  const level = !isMap
    ? granted
    : (typeof entry === 'string' || typeof entry === 'number') && Object.hasOwn(granted, entry)
      ? (granted as Record<string, unknown>)[entry]
      : undefined
  if (levels.indexOf(asText(level)) >= levels.indexOf(needs)) return undefined
  const where = isMap ? ` in ${asText(entry)}` : ''
  return `${turn.operation!.id} needs ${needs}${where}; the account ${turn.account?.name ?? ''} has ${level === undefined || level === null ? 'nothing' : asText(level)}`
}

function lackingValue(turn: Turn, requirement: Extract<Requirement, { kind: 'value' }>): string | undefined {
  const value = requirement.value(turn.scope)
  for (const [test, wanted] of requirement.tests) {
    const expected = wanted(turn.scope)
    if (holds(test, value, expected)) continue
    return `${turn.operation!.id} needs ${requirement.label} to be ${WORDS[test]}${text(expected)}; it is ${text(value)}`
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

function text(value: unknown): string {
  return value === undefined ? 'missing' : typeof value === 'string' ? value : shown(value)
}
