import type { Random } from '../../state/hash.ts'
import { didYouMean } from '../problems/nearest.ts'
import { singular } from '../values/singular.ts'
import type { Collection } from '../model/collection.ts'
import type { GivenJob, Job, JobCredits, JobField, JobState } from '../model/job.ts'
import { toDuration } from '../values/duration.ts'
import { constant, constantOf, memberOf, type Value } from '../values/value.ts'
import { compileFields, compileRefusal, type Data, record, type SpecCursor, asString } from './context.ts'
import { compileDuration } from './compile-duration.ts'
import { compileSchemaRef, compileStateEvents } from './operation/compile-events.ts'
import { compileKey } from './limits.ts'

/** Compiles `collections`; `jobs` says which of them hold jobs. */
export function compileCollections(collections: SpecCursor, jobs: SpecCursor): Map<string, Collection> {
  const jobIn = new Map(jobs.entries().map(([name, job]) => [job.at('in').text(), name] as const))
  return new Map(collections.entries().map(([name, node]) => [name, compileCollection(name, node, jobIn.get(name))]))
}

function compileCollection(name: string, node: SpecCursor, job: string | undefined): Collection {
  const key = String(node.at('key').listOrOne()[0]?.value ?? 'id')
  const order = node.at('order').text()
  const id = node.at('id').text()
  const schema = compileSchemaRef(node.at('schema'))
  const keyValue = keyValueOf(schema, key)
  return {
    name,
    table: `${node.context.vendor}/items/${name}`,
    key,
    keyValue,
    param: node.at('param').value === 'none' ? undefined : (node.at('param').text() ?? key),
    item: rootOf(name, node.record()),
    owner: node.at('owner').value === 'account' ? 'account' : 'none',
    id: id === undefined ? undefined : compileId(id),
    within: node.at('within').texts(),
    created: compileFields(node.at('created')),
    computed: compileFields(node.at('computed')),
    schema,
    order: order === undefined ? undefined : { field: order.replace(/^-/, ''), descending: order.startsWith('-') },
    cap: node.at('cap').number(),
    notFound: compileRefusal(node.at('notFound')),
    items: new Map(
      Object.entries(node.at('items').record()).map(([id, fields]) => [id, { [key]: keyValue(id), ...record(fields) }]),
    ),
    belongs: new Map(
      node
        .at('belongs')
        .entries()
        .map(([key, account]) => [key, String(account.value)]),
    ),
    job,
  }
}

export function compileJobs(jobs: SpecCursor, collections: ReadonlyMap<string, Collection>): Map<string, Job> {
  const compiled = new Map<string, Job>()
  for (const [name, node] of jobs.entries()) {
    const collection = node.at('in').oneOf(collections, 'collection')
    if (!collection) continue
    const states = compileStates(node.at('states'), collection)
    const repeat = node.optional('repeat')
    const credits = node.optional('credits')
    compiled.set(name, {
      name,
      table: `${node.context.vendor}/jobs/${name}`,
      newest: `${node.context.vendor}/jobs/${name}/newest`,
      topics: { job: `${node.context.vendor}/job/${name}`, ask: `${node.context.vendor}/ask/${name}` },
      collection,
      id: compileId(node.at('id').text() ?? `${name}_{hex12}`),
      initial: states.keys().next().value ?? '',
      states,
      start: compileFields(node.at('start')),
      item: compileJobFields(node.at('item')),
      credits: credits && compileCredits(credits, states),
      hasSlots: [...states.values()].some((state) => state.slots.length > 0),
      repeat: repeat && compileRepeat(repeat, states),
      items: compileGivenJobs(node.at('items'), states),
    })
  }
  return compiled
}

function compileId(template: string): Job['id'] {
  // `split` gives text, kind, length, text, kind, length, …
  const pieces = template.split(/\{(hex|digits|alnum|nanoid)(\d+)\}/)
  const parts = pieces.flatMap((piece, index): ReadonlyArray<string | ((chance: Random) => string)> => {
    if (index % 3 === 0) return [piece]
    return index % 3 === 1 ? [drawOf(piece, Number(pieces[index + 1]))] : []
  })
  return (chance) => {
    let id = ''
    for (const part of parts) id += typeof part === 'string' ? part : part(chance)
    return id
  }
}

function drawOf(kind: string, length: number): (chance: Random) => string {
  if (kind === 'digits') return (chance) => digits(chance.hex(12), length)
  const letters = LETTERS[kind]
  if (!letters) return (chance) => chance.hex(length)
  return (chance) => Array.from({ length }, () => chance.pick(letters)).join('')
}

const ALPHANUMERIC = [...'0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz']
const LETTERS: Readonly<Record<string, readonly string[]>> = {
  alnum: ALPHANUMERIC,
  nanoid: [...ALPHANUMERIC, '_', '-'],
}

/** A number with `length` digits that does not start with 0. */
function digits(hex: string, length: number): string {
  const least = 10 ** (length - 1)
  return String(least + (parseInt(hex, 16) % (9 * least)))
}

/** Keys are texts, as in paths. Where the schema declares the key as a number, items have a number. */
function keyValueOf(schema: Readonly<Record<string, unknown>> | undefined, key: string): Collection['keyValue'] {
  const type = record(record(schema?.['properties'])[key])['type']
  const isNumber = (Array.isArray(type) ? type : [type]).some((name) => name === 'integer' || name === 'number')
  return isNumber ? (text) => (/^-?\d+$/.test(text) ? Number(text) : text) : (text) => text
}

function compileStates(states: SpecCursor, collection: Collection): Map<string, JobState> {
  const names = Object.keys(states.record())
  return new Map(
    states.entries().map(([name, node]) => {
      const next = node.optional('then')
      const or = node.at('or').list()
      const on = node.at('on').entries()
      for (const target of [...(next ? [next] : []), ...or, ...on.map(([, state]) => state)])
        target.isOneOf(names, 'state')
      const given = node.optional('for')
      const lasts = given && compileDuration(given)
      const state: JobState = {
        name,
        as: node.at('as').value ?? name,
        final: node.at('final').value === true,
        gone: node.at('gone').value === true,
        for: lasts,
        lasts: lasts && toDuration(constantOf(lasts)?.value),
        then: next?.text(),
        or: or.map((target) => String(target.value)),
        on: new Map(on.map(([verb, target]) => [verb, String(target.value)])),
        item: compileJobFields(node.at('item')),
        events: compileStateEvents(node.at('events'), collection),
        slots: compileSlotPools(node),
      }
      return [name, state] as const
    }),
  )
}

function compileJobFields(fields: SpecCursor): JobField[] {
  return compileFields(fields).map(([field, value]) => ({ field, value, member: memberOf(value, 'job') }))
}

function compileSlotPools(state: SpecCursor): JobState['slots'] {
  const slots = state.optional('slots')
  if (!slots) return []
  if (!state.has('then') || state.at('final').value === true) {
    const problem = 'A job waits for a slot before it moves to the state under "then", and "then" is missing.'
    slots.report('idle-slots', problem, 'Write "then", or leave "slots" out.')
  }
  return slots.listOrOne().map((pool) => ({
    per: pool.at('per').list().map(compileKey),
    capacity: pool.at('capacity').compile(),
  }))
}

/** Jobs that exist from the start, newest first, as lists show them. */
function compileGivenJobs(jobs: SpecCursor, states: ReadonlyMap<string, JobState>): Map<string, GivenJob> {
  const began = ({ timeline }: GivenJob): number => timeline[0]!.at
  return new Map(
    jobs
      .entries()
      .map(([id, node]): [string, GivenJob] => {
        const timeline = node
          .at('timeline')
          .entries()
          .map(([, instant]) => ({ state: instant.key, at: instant }))
        if (timeline.length === 0) timeline.push({ state: node.at('state'), at: node.at('at') })
        if (timeline[0]!.state.value === undefined)
          node.report('missing-keyword', `The job "${id}" is in no state.`, 'Write its "state", or a "timeline".')
        for (const { state } of timeline) state.isOneOf(states.keys(), 'state')
        const start = node.at('start').record()
        return [
          id,
          { timeline: timeline.map(({ state, at }) => ({ state: String(state.value), at: parseInstant(at) })), start },
        ]
      })
      .sort(([, left], [, right]) => began(right) - began(left)),
  )
}

function parseInstant(instant: SpecCursor): number {
  return Date.parse(String(instant.value)) || 0
}

function compileRepeat(repeat: SpecCursor, states: ReadonlyMap<string, JobState>): Job['repeat'] {
  const outcome = repeat.at('outcome').text()
  const outcomes = [...states.values()].flatMap((state) => [...state.or, ...(state.then ? [state.then] : [])])
  if (outcome !== undefined && !outcomes.includes(outcome)) {
    const problem = `No "then" or "or" leads to "${outcome}", so no job reaches it.${didYouMean(outcome, outcomes)}`
    repeat.at('outcome').report('unknown-outcome', problem)
  }
  return {
    by: repeat.optional('by')?.compile(),
    unless: repeat.optional('unless')?.compile(),
    outcome,
    hold: repeat.optional('hold')?.compile() ?? constant(0),
  }
}

function compileCredits(credits: SpecCursor, states: ReadonlyMap<string, JobState>): JobCredits | undefined {
  const finals = [...states.values()].filter((state) => state.final).map((state) => state.name)
  const settle = new Map<string, 'hold' | Value>()
  for (const [state, amount] of credits.at('settle').withRoots(SETTLE_ROOTS).entries()) {
    settle.set(state, amount.value === 'hold' ? 'hold' : amount.compile())
    if (state !== 'default') amount.key.isOneOf(finals, 'state', 'a final state of this job')
  }
  const fallback = settle.get('default') ?? 'hold'
  settle.delete('default')
  const refuse = compileRefusal(credits.at('refuse'))
  return refuse && { hold: credits.at('hold').compile(), settle, fallback, refuse }
}

/** Roots that `settle` may read: a job ends by the clock, mostly without a request. */
const SETTLE_ROOTS = new Set(['job', 'now'])

/** The root under which an item of a collection is read. */
export function rootOf(name: string, node: Data): string {
  return asString(node['item']) ?? singular(name)
}
