import type { Random } from '../../state/hash.ts'
import { didYouMean } from '../problems/nearest.ts'
import { singular } from '../values/singular.ts'
import type { Collection, GivenJob, Job, JobCredits, JobState } from '../model/vendor.ts'
import { type Compiling, compileValue, constant, type Value } from '../values/value.ts'
import { compileFields, type Context, type Data, entries, list, record, refusalOf, textOf } from './context.ts'
import { compileDuration } from './compile-duration.ts'
import { compileStateEvents } from './operation/compile-events.ts'
import { compileKey } from './limits.ts'

export function compileCollections(context: Context, raw: unknown, jobs: unknown, pointer: string) {
  const jobIn = new Map(entries(jobs).map(([name, job]) => [textOf(record(job)['in']), name] as const))
  const collections = new Map<string, Collection>()
  for (const [name, value] of entries(raw)) {
    const node = record(value)
    const at = `${pointer}/${name}`
    const key = String(list(node['key'])[0] ?? node['key'] ?? 'id')
    const order = textOf(node['order'])
    const schemaRef = textOf(node['schema'])
    const schema = schemaRef === undefined ? undefined : context.deref({ $ref: schemaRef }, `${at}/schema`).node
    if (schema && Object.keys(schema).length === 0) {
      context.report({
        code: 'dangling-ref',
        pointer: `${at}/schema`,
        message: `"${schemaRef}" does not exist in this document.`,
      })
    }
    const keyValue = keyValueOf(schema, key)
    collections.set(name, {
      name,
      table: `${context.vendor}/items/${name}`,
      key,
      keyValue,
      param: node['param'] === 'none' ? undefined : (textOf(node['param']) ?? key),
      item: rootOf(name, node),
      owner: node['owner'] === 'account' ? 'account' : 'none',
      id: textOf(node['id']) === undefined ? undefined : compileId(String(node['id'])),
      within: list(node['within']).map(String),
      created: compileFields(node['created'], `${at}/created`, context),
      schema,
      order: order === undefined ? undefined : { field: order.replace(/^-/, ''), descending: order.startsWith('-') },
      cap: typeof node['cap'] === 'number' ? node['cap'] : undefined,
      notFound: refusalOf(context, node['notFound'], `${at}/notFound`),
      items: new Map(entries(node['items']).map(([id, fields]) => [id, { [key]: keyValue(id), ...record(fields) }])),
      job: jobIn.get(name),
    })
  }
  return collections
}

export function compileJobs(
  context: Context,
  raw: unknown,
  collections: ReadonlyMap<string, Collection>,
  pointer: string,
) {
  const jobs = new Map<string, Job>()
  for (const [name, value] of entries(raw)) {
    const node = record(value)
    const at = `${pointer}/${name}`
    const collection = collections.get(String(node['in']))
    if (!collection) {
      context.report({
        code: 'unknown-collection',
        pointer: `${at}/in`,
        message: `"${String(node['in'])}" is not one of the collections.${didYouMean(String(node['in']), collections.keys())}`,
      })
      continue
    }
    const states = compileStates(context, node['states'], `${at}/states`, collection)
    jobs.set(name, {
      name,
      table: `${context.vendor}/jobs/${name}`,
      newest: `${context.vendor}/jobs/${name}/newest`,
      collection,
      id: compileId(textOf(node['id']) ?? `${name}_{hex12}`),
      initial: states.keys().next().value ?? '',
      states,
      start: compileFields(node['start'], `${at}/start`, context),
      item: compileFields(node['item'], `${at}/item`, context),
      credits: compileCredits(context, node['credits'], `${at}/credits`, states),
      hasSlots: [...states.values()].some((state) => state.slots.length > 0),
      repeat: compileRepeat(context, node['repeat'], `${at}/repeat`, states),
      items: compileGiven(context, node['items'], `${at}/items`, [...states.keys()]),
    })
  }
  return jobs
}

function compileId(template: string): Job['id'] {
  // Of three parts one is text, and two are the kind and the length that the expression has caught.
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

/** A number of so many digits, the first of which is no zero. */
function digits(hex: string, length: number): string {
  const least = 10 ** (length - 1)
  return String(least + (parseInt(hex, 16) % (9 * least)))
}

/** Keys are texts, as paths have them; a field that the schema declares as a number shows them as one. */
function keyValueOf(schema: Readonly<Record<string, unknown>> | undefined, key: string): Collection['keyValue'] {
  const type = record(record(schema?.['properties'])[key])['type']
  const isNumber = (Array.isArray(type) ? type : [type]).some((name) => name === 'integer' || name === 'number')
  return isNumber ? (text) => (/^-?\d+$/.test(text) ? Number(text) : text) : (text) => text
}

function compileStates(context: Context, raw: unknown, pointer: string, collection: Collection): Map<string, JobState> {
  const names = Object.keys(record(raw))
  const known = (name: unknown, at: string): void => {
    if (names.includes(String(name))) return
    context.report({
      code: 'unknown-state',
      pointer: at,
      message: `"${String(name)}" is not one of the states.${didYouMean(String(name), names)}`,
    })
  }
  return new Map(
    entries(raw).map(([name, value]) => {
      const node = record(value)
      const at = `${pointer}/${name}`
      const next = textOf(node['then'])
      if (next !== undefined) known(next, `${at}/then`)
      list(node['or']).forEach((state, index) => known(state, `${at}/or/${index}`))
      for (const [verb, state] of entries(node['on'])) known(state, `${at}/on/${verb}`)
      const state: JobState = {
        name,
        as: node['as'] ?? name,
        final: node['final'] === true,
        gone: node['gone'] === true,
        for: node['for'] === undefined ? undefined : compileDuration(context, node['for'], `${at}/for`),
        then: next,
        or: list(node['or']).map(String),
        on: new Map(entries(node['on']).map(([verb, target]) => [verb, String(target)])),
        item: compileFields(node['item'], `${at}/item`, context),
        events: compileStateEvents(context, node['events'], `${at}/events`, collection),
        slots: compileSlots(context, node, at),
      }
      return [name, state] as const
    }),
  )
}

function compileSlots(context: Context, node: Readonly<Record<string, unknown>>, pointer: string): JobState['slots'] {
  const raw = node['slots']
  if (raw === undefined) return []
  if (node['then'] === undefined || node['final'] === true) {
    context.report({
      code: 'idle-slots',
      pointer: `${pointer}/slots`,
      message:
        'A job waits for a slot to go on to the state under "then", and there is none. Write "then", or leave "slots" out.',
    })
  }
  return (Array.isArray(raw) ? (raw as unknown[]) : [raw]).map((entry, index) => {
    const at = Array.isArray(raw) ? `${pointer}/slots/${index}` : `${pointer}/slots`
    const pool = record(entry)
    return {
      per: list(pool['per']).map((part) => compileKey(context, String(part), `${at}/per`)),
      capacity: compileValue(pool['capacity'], `${at}/capacity`, context),
    }
  })
}

/** Jobs from the start, those that began last first: so lists have them. */
function compileGiven(context: Context, raw: unknown, pointer: string, states: readonly string[]) {
  const began = ({ timeline }: GivenJob): number => timeline[0]!.at
  return new Map(
    entries(raw)
      .map(([id, value]): [string, GivenJob] => {
        const node = record(value)
        const at = `${pointer}/${id}`
        const known = (state: string, place: string): void => {
          if (states.includes(state)) return
          const message = `"${state}" is not one of the states.${didYouMean(state, states)}`
          context.report({ code: 'unknown-state', pointer: place, message })
        }
        const past = entries(node['timeline'])
        for (const [state] of past) known(state, `${at}/timeline/${state}`)
        const timeline = past.map(([state, instant]) => ({ state, at: Date.parse(String(instant)) || 0 }))
        if (timeline.length === 0) {
          const state = String(node['state'])
          known(state, `${at}/state`)
          timeline.push({ state, at: Date.parse(String(node['at'])) || 0 })
        }
        return [id, { timeline, start: record(node['start']) }]
      })
      .sort(([, left], [, right]) => began(right) - began(left)),
  )
}

function compileRepeat(
  context: Context,
  raw: unknown,
  pointer: string,
  states: ReadonlyMap<string, JobState>,
): Job['repeat'] {
  if (raw === undefined) return undefined
  const node = record(raw)
  const value = (key: string): Value | undefined =>
    node[key] === undefined ? undefined : compileValue(node[key], `${pointer}/${key}`, context)
  const outcome = textOf(node['outcome'])
  const outcomes = [...states.values()].flatMap((state) => [...state.or, ...(state.then ? [state.then] : [])])
  if (outcome !== undefined && !outcomes.includes(outcome)) {
    context.report({
      code: 'unknown-outcome',
      pointer: `${pointer}/outcome`,
      message: `No "then" or "or" leads to "${outcome}", so no job comes to it.${didYouMean(outcome, outcomes)}`,
    })
  }
  return { by: value('by'), unless: value('unless'), outcome, hold: value('hold') ?? constant(0) }
}

function compileCredits(
  context: Context,
  raw: unknown,
  pointer: string,
  states: ReadonlyMap<string, JobState>,
): JobCredits | undefined {
  if (raw === undefined) return undefined
  const node = record(raw)
  const refuse = refusalOf(context, node['refuse'], `${pointer}/refuse`)
  const own: Compiling = { ...context, roots: SETTLE_ROOTS }
  const settle = new Map<string, 'hold' | Value>()
  let fallback: 'hold' | Value = 'hold'
  for (const [state, value] of entries(node['settle'])) {
    const amount = value === 'hold' ? 'hold' : compileValue(value, `${pointer}/settle/${state}`, own)
    if (state === 'default') fallback = amount
    else settle.set(state, amount)
    if (state !== 'default' && !states.get(state)?.final) {
      context.report({
        code: 'unknown-state',
        pointer: `${pointer}/settle/${state}`,
        message: `"${state}" is not a final state of this job.${didYouMean(
          state,
          [...states.values()].filter((entry) => entry.final).map((entry) => entry.name),
        )}`,
      })
    }
  }
  return refuse && { hold: compileValue(node['hold'], `${pointer}/hold`, context), settle, fallback, refuse }
}

/** What is charged may read this: a job ends when its time has come, and mostly no request is there then. */
const SETTLE_ROOTS = new Set(['job', 'now'])

/** The root under which an item of a collection is read. */
export function rootOf(name: string, node: Data): string {
  return textOf(node['item']) ?? singular(name)
}
