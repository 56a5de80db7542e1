import type { Cursor } from '../compile/cursor.ts'
import type { Job, JobState } from '../model/job.ts'
import { joinNames } from '../problems/count.ts'

/** Reports states of jobs that are unreachable, that cannot be left, or that loop without time passing. */
export function lintMachines(jobs: Cursor, known: ReadonlyMap<string, Job>): void {
  for (const job of known.values()) {
    const states = jobs.at(job.name, 'states')
    // A misspelt state is reported where it stands; what it makes of the others is not a mistake of its own.
    if ([...job.states.values()].every((state) => next(state).every((name) => job.states.has(name)))) {
      lintUnreachable(states, job)
      lintEndless(states, job)
    }
    lintSpinning(states, job)
  }
}

/** The verbs of a job's states, each with the states that have it. */
export function verbsOf(job: Job): ReadonlyMap<string, readonly string[]> {
  const verbs = new Map<string, string[]>()
  for (const state of job.states.values())
    for (const verb of state.on.keys()) verbs.set(verb, [...(verbs.get(verb) ?? []), state.name])
  return verbs
}

function lintUnreachable(states: Cursor, job: Job): void {
  const given = [...job.items.values()].flatMap(({ timeline }) => timeline.map(({ state }) => state))
  const reached = closure([job.initial, ...given], (name) => next(job.states.get(name)))
  for (const name of job.states.keys()) {
    if (reached.has(name)) continue
    const problem = `No job reaches "${name}": jobs begin as "${job.initial}", and no "then", "or" or "on" leads from there to it.`
    states.at(name).report('unreachable-state', problem, 'Let a state lead to it, or remove it.')
  }
}

/** Reports states that are not final and reach no final state. */
function lintEndless(states: Cursor, job: Job): void {
  const all = [...job.states.values()]
  const finals = all.filter((state) => state.final).map((state) => state.name)
  if (finals.length === 0) {
    const problem = `None of the states of "${job.name}" is final, so its jobs never end.`
    if (all.length > 0) states.report('no-final-state', problem, 'Write "final: true" at those that end one.')
    return
  }
  const ending = closure(finals, (name) => all.filter((state) => next(state).includes(name)).map((state) => state.name))
  for (const { name } of all) {
    if (ending.has(name)) continue
    const problem = `A job that is "${name}" never ends: no "then", "or" or "on" leads from there to a final state (${joinNames(finals, 'or')}).`
    states.at(name).report('dead-end-state', problem, 'Let it lead to one, or write "final: true".')
  }
}

/** Reports cycles of states in which no time passes. */
function lintSpinning(states: Cursor, job: Job): void {
  const names = [...job.states.keys()]
  const follow = (name: string): readonly string[] => {
    const state = job.states.get(name)
    const time = states.at(name, 'for')
    const lasts = time.value !== undefined && !(time.text() !== undefined && time.duration() === 0)
    return !state || state.final || lasts ? [] : [...(state.then === undefined ? [] : [state.then]), ...state.or]
  }
  const reported = new Set<string>()
  for (const name of names) {
    const after = closure(follow(name), follow)
    if (reported.has(name) || !after.has(name)) continue
    const ring = names.filter((other) => after.has(other) && closure(follow(other), follow).has(name))
    for (const other of ring) reported.add(other)
    if (ring.length === 1) {
      const problem = `"${name}" follows itself, and no "for" above 0 says for how long it lasts.`
      states.at(name).report('spinning-states', problem, 'Give it one, or another "then".')
    } else {
      const words = joinNames(ring.map((other) => `"${other}"`))
      const problem = `${words} follow each other without end, and no "for" above 0 says for how long one lasts.`
      states.at(name).report('spinning-states', problem, 'Give one of them a "for", or another "then".')
    }
  }
}

function next(state: JobState | undefined): readonly string[] {
  if (!state) return []
  // A verb may also leave a final state: to run the job again or to delete it.
  if (state.final) return [...state.on.values()]
  return [...(state.then === undefined ? [] : [state.then]), ...state.or, ...state.on.values()]
}

/** All names reachable from the given ones, including those. */
function closure(from: readonly string[], step: (name: string) => readonly string[]): ReadonlySet<string> {
  const found = new Set(from)
  for (const name of found) for (const other of step(name)) found.add(other)
  return found
}
