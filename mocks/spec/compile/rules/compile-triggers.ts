import { responseFor } from '../operation/responses.ts'
import { parsePointer } from '../../references/pointer.ts'
import type { Trigger, TriggerTest, TriggerThen } from '../../model/rules/trigger.ts'
import type { Operation } from '../../model/operation/operation.ts'
import { compileRefusal, type SpecCursor } from '../context.ts'

/** One entry of `triggers`, with its operations. */
export interface TriggerEntry {
  readonly trigger: Trigger
  readonly on: readonly string[] | undefined
  readonly node: SpecCursor
}

const PLACES = ['body', 'header', 'query', 'path'] as const

export function compileTriggers(triggers: SpecCursor): TriggerEntry[] {
  return triggers.list().flatMap((node, index): TriggerEntry[] => {
    const when = node.at('when')
    const tests = [
      ...PLACES.flatMap((place) =>
        when
          .at(place)
          .entries()
          .map(([name, value]) => testOf(place, name, value)),
      ),
      ...(when.has('credential') ? [testOf('credential', '', when.at('credential'))] : []),
    ]
    if (tests.length === 0) {
      const problem = 'A trigger without a value would act on every request.'
      when.report('empty-trigger', problem, 'Write what has to be in the body, a header, the query or the path.')
    }
    const then = compileThen(node.at('then'))
    if (!then) return []
    const label = `trigger ${index + 1}: ${tests.map(describe).join(', ')}`
    const isEarly =
      then.kind !== 'outcome' &&
      tests.some((test) => test.in === 'path') &&
      tests.every((test) => test.in !== 'body' && test.in !== 'credential')
    const on = when.optional('operation')
    return [{ trigger: { label, tests, isEarly, then }, on: on && namesIn(on).map(([name]) => name), node }]
  })
}

/** The triggers of one operation. */
export function triggersOf(entries: readonly TriggerEntry[], names: readonly string[]): readonly Trigger[] {
  const own = entries.filter(({ on }) => on === undefined || on.some((name) => names.includes(name)))
  return own.length === 0 ? NONE : own.map(({ trigger }) => trigger)
}

const NONE: readonly Trigger[] = []

/** Reports unknown operations, and triggers whose operations cannot do what the trigger says. */
export function checkTriggers(entries: readonly TriggerEntry[], operations: ReadonlyMap<string, Operation>): void {
  const all = [...operations.values()]
  const known = new Set(all.flatMap(({ id, tags }) => [id, ...tags]))
  for (const { trigger, node } of entries) {
    const on = node.at('when').optional('operation')
    for (const [name, place] of on ? namesIn(on) : []) {
      if (!known.has(name)) place.reportUnknown(name, [...known], 'operation')
      const operation = operations.get(name)
      const problem = operation && problemOf(operation, trigger.then)
      if (problem) node.at('then').report('undocumented-answer', problem)
    }
    if (trigger.then.kind === 'outcome' && !all.some((operation) => isOutcome(operation, trigger.then))) {
      const problem = `No operation starts a job that may come to "${trigger.then.state}".`
      node.at('then', 'outcome').report('unknown-state', problem)
    }
  }
}

function problemOf(operation: Operation, then: TriggerThen): string | undefined {
  const { id, responses } = operation
  const has = responses.map((response) => response.name ?? response.code).join(', ') || 'no answer'
  if (then.kind === 'outcome')
    return isOutcome(operation, then) ? undefined : `${id} starts no job that may come to "${then.state}".`
  if (then.kind === 'error') {
    const { response } = then.error
    const isThere = responses.some(({ name, code }) => name === response.name || code === String(response.status))
    return isThere ? undefined : `${id} documents no ${response.name}. It has: ${has}.`
  }
  const response = responseFor(responses, then.status)
  if (!response) return `${id} documents no ${then.status}. It has: ${has}.`
  if (then.example === undefined || response.examples.has(then.example)) return undefined
  return `The ${then.status} of ${id} has no example "${then.example}". It has: ${[...response.examples.keys()].join(', ') || 'none'}.`
}

function isOutcome({ job }: Operation, then: TriggerThen): boolean {
  if (then.kind !== 'outcome' || job?.kind !== 'start') return false
  return [...job.job.states.values()].some(({ then: next, or }) => next === then.state || or.includes(then.state))
}

function compileThen(then: SpecCursor): TriggerThen | undefined {
  const given = ['error', 'status', 'outcome'].filter((keyword) => then.has(keyword))
  if (given.length !== 1) {
    const problem = `A trigger has one of "error", "status" and "outcome", and this one has ${given.join(' and ') || 'none'}.`
    then.report('conflicting-keywords', problem)
    return undefined
  }
  const outcome = then.at('outcome').text()
  if (outcome !== undefined) return { kind: 'outcome', state: outcome }
  const status = then.at('status').number() ?? then.at('error').number()
  if (status !== undefined) return { kind: 'status', status, example: then.at('example').text() }
  const error = compileRefusal(then.at('error'))
  return error && { kind: 'error', error }
}

function testOf(place: TriggerTest['in'], name: string, value: SpecCursor): TriggerTest {
  const values = Array.isArray(value.value) ? (value.value as unknown[]) : [value.value]
  return {
    in: place,
    name: place === 'header' ? name.toLowerCase() : name,
    segments: place === 'body' ? parsePointer(name) : [],
    values,
  }
}

/** Describes what a trigger tests; credentials are not repeated. */
function describe({ in: place, name, values }: TriggerTest): string {
  if (place === 'credential') return 'the credential'
  const some = values.length === 1 ? JSON.stringify(values[0]) : `one of ${values.length} values`
  return `${place}${name === '' ? '' : ` ${name}`} ${some.length > 80 ? `${some.slice(0, 79)}…` : some}`
}

function namesIn(on: SpecCursor): ReadonlyArray<readonly [name: string, place: SpecCursor]> {
  return on.listOrOne().flatMap((entry) => (entry.text() === undefined ? [] : [[entry.text()!, entry] as const]))
}
