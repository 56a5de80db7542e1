import { didYouMean } from '../nearest.ts'
import { parseDuration } from '../duration.ts'
import type { Collection, GivenJob, Job, JobCredits, JobState } from '../vendor.ts'
import { compileValue, constant, type Value } from '../value.ts'
import { compileFields, type Context, entries, list, record, refusalOf, textOf } from './context.ts'

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
    const keyValue = compileKey(schema, key)
    collections.set(name, {
      name,
      key,
      keyValue,
      param: textOf(node['param']) ?? key,
      item: textOf(node['item']) ?? singular(name),
      owner: node['owner'] === 'account' ? 'account' : 'none',
      within: list(node['within']).map(String),
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
    const states = compileStates(context, node['states'], `${at}/states`)
    jobs.set(name, {
      name,
      collection,
      id: compileId(textOf(node['id']) ?? `${name}_{hex12}`),
      initial: states.keys().next().value ?? '',
      states,
      start: compileFields(node['start'], `${at}/start`, context),
      item: compileFields(node['item'], `${at}/item`, context),
      credits: compileCredits(context, node['credits'], `${at}/credits`, states),
      items: compileGiven(context, node['items'], `${at}/items`, [...states.keys()]),
    })
  }
  return jobs
}

/** A literal duration or a value that gives ms, or such a text, later. */
export function compileDuration(
  context: Pick<Context, 'report' | 'cel' | 'roots'>,
  raw: unknown,
  pointer: string,
): Value {
  if (typeof raw !== 'string' || raw.includes('{$')) return compileValue(raw, pointer, context)
  const ms = parseDuration(raw)
  if (ms === undefined) {
    context.report({
      code: 'bad-format',
      pointer,
      message: `"${raw}" is not a duration. Write 250ms, 10s, 5m, 1h or 30d.`,
    })
  }
  return constant(ms ?? 0)
}

function compileId(template: string): Job['id'] {
  const parts = template.split(/\{((?:hex|digits)\d+)\}/)
  // Odd parts are what the expression has caught.
  return (hex) =>
    parts
      .map((part, index) => {
        if (index % 2 === 0) return part
        const length = Number(/\d+$/.exec(part)![0])
        return part.startsWith('hex') ? hex(length) : digits(hex(12), length)
      })
      .join('')
}

/** A number of so many digits, the first of which is no zero. */
function digits(hex: string, length: number): string {
  const least = 10 ** (length - 1)
  return String(least + (parseInt(hex, 16) % (9 * least)))
}

/** Keys are texts, as paths have them; a field that the schema declares as a number shows them as one. */
function compileKey(schema: Readonly<Record<string, unknown>> | undefined, key: string): Collection['keyValue'] {
  const type = record(record(schema?.['properties'])[key])['type']
  const isNumber = (Array.isArray(type) ? type : [type]).some((name) => name === 'integer' || name === 'number')
  return isNumber ? (text) => (/^-?\d+$/.test(text) ? Number(text) : text) : (text) => text
}

function compileStates(context: Context, raw: unknown, pointer: string): Map<string, JobState> {
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
        final: node['final'] === true,
        for: node['for'] === undefined ? undefined : compileDuration(context, node['for'], `${at}/for`),
        then: next,
        or: list(node['or']).map(String),
        on: new Map(entries(node['on']).map(([verb, target]) => [verb, String(target)])),
        item: compileFields(node['item'], `${at}/item`, context),
      }
      return [name, state] as const
    }),
  )
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

function compileCredits(
  context: Context,
  raw: unknown,
  pointer: string,
  states: ReadonlyMap<string, JobState>,
): JobCredits | undefined {
  if (raw === undefined) return undefined
  const node = record(raw)
  const refuse = refusalOf(context, node['refuse'], `${pointer}/refuse`)
  const settle = new Map<string, 'hold' | Value>()
  let otherwise: 'hold' | Value = 'hold'
  for (const [state, value] of entries(node['settle'])) {
    const amount = value === 'hold' ? 'hold' : compileValue(value, `${pointer}/settle/${state}`, context)
    if (state === 'default') otherwise = amount
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
  return refuse && { hold: compileValue(node['hold'], `${pointer}/hold`, context), settle, otherwise, refuse }
}

function singular(name: string): string {
  return name.replace(/ies$/, 'y').replace(/s$/, '')
}
