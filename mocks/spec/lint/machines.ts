import type { SpecDocument } from '../model/document.ts'
import { parseDuration } from '../values/duration.ts'
import type { Finding } from '../problems/problem.ts'
import type { Job, JobState } from '../model/vendor.ts'
import { type Data, list, record } from '../compile/context.ts'
import { joined } from './lint-words.ts'

/** What is wrong with the states of jobs: those that no job reaches, those that none leaves, those that spin. */
export function lintMachines(document: SpecDocument, jobs: ReadonlyMap<string, Job>): Finding[] {
  return [...jobs.values()].flatMap((job) => {
    const at = `/x-mock/jobs/${job.name}/states`
    const raw = record(record(record(record(document['x-mock'])['jobs'])[job.name])['states'])
    return [...unreachable(job, at), ...endless(job, at), ...spinning(job, raw, at)]
  })
}

/** The verbs of a job's states, each with the states that have it. */
export function verbsOf(job: Job): ReadonlyMap<string, readonly string[]> {
  const verbs = new Map<string, string[]>()
  for (const state of job.states.values())
    for (const verb of state.on.keys()) verbs.set(verb, [...(verbs.get(verb) ?? []), state.name])
  return verbs
}

function unreachable(job: Job, at: string): Finding[] {
  const given = [...job.items.values()].flatMap(({ timeline }) => timeline.map(({ state }) => state))
  const reached = closure([job.initial, ...given], (name) => next(job.states.get(name)))
  return [...job.states.keys()]
    .filter((name) => !reached.has(name))
    .map((name) => ({
      code: 'unreachable-state',
      pointer: `${at}/${name}`,
      message: `No job reaches "${name}": jobs begin as "${job.initial}", and no "then", "or" or "on" leads from there to it. Let a state lead to it, or remove it.`,
    }))
}

/** States that are not final and lead to none that is. */
function endless(job: Job, at: string): Finding[] {
  const states = [...job.states.values()]
  const finals = states.filter((state) => state.final).map((state) => state.name)
  if (finals.length === 0) {
    const message = `None of the states of "${job.name}" is final, so its jobs never end. Write "final: true" at those that end one.`
    return states.length === 0 ? [] : [{ code: 'no-final-state', pointer: at, message }]
  }
  const ending = closure(finals, (name) =>
    states.filter((state) => next(state).includes(name)).map((state) => state.name),
  )
  return states
    .filter((state) => !ending.has(state.name))
    .map(({ name }) => ({
      code: 'dead-end-state',
      pointer: `${at}/${name}`,
      message: `A job that is "${name}" never ends: no "then", "or" or "on" leads from there to a final state (${joined(finals, 'or')}). Let it lead to one, or write "final: true".`,
    }))
}

/** Rings of states that follow each other with no time between. */
function spinning(job: Job, raw: Data, at: string): Finding[] {
  const lasts = (name: string): boolean => {
    const time = record(raw[name])['for']
    return time !== undefined && !(typeof time === 'string' && parseDuration(time) === 0)
  }
  const follow = (name: string): readonly string[] => {
    const state = job.states.get(name)
    if (!state || state.final || lasts(name)) return []
    return [...(state.then === undefined ? [] : [state.then]), ...list(record(raw[name])['or']).map(String)]
  }
  const told = new Set<string>()
  return [...job.states.keys()].flatMap((name) => {
    const after = closure(follow(name), follow)
    if (told.has(name) || !after.has(name)) return []
    const ring = [...job.states.keys()].filter((other) => after.has(other) && closure(follow(other), follow).has(name))
    for (const other of ring) told.add(other)
    return {
      code: 'spinning-states',
      pointer: `${at}/${name}`,
      message:
        ring.length === 1
          ? `"${name}" follows itself, and no "for" above 0 says for how long it lasts. Give it one, or another "then".`
          : `${joined(ring.map((other) => `"${other}"`))} follow each other without end, and no "for" above 0 says for how long one lasts. Give one of them a "for", or another "then".`,
    }
  })
}

function next(state: JobState | undefined): readonly string[] {
  if (!state) return []
  // A verb may lead out of an end, too: to run it again, to delete it.
  if (state.final) return [...state.on.values()]
  return [...(state.then === undefined ? [] : [state.then]), ...state.or, ...state.on.values()]
}

/** All that can be reached from some names, those included. */
function closure(from: readonly string[], step: (name: string) => readonly string[]): ReadonlySet<string> {
  const found = new Set(from)
  for (const name of found) for (const other of step(name)) found.add(other)
  return found
}
