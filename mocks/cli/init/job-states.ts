import { type Document, type Shape, shapeOf } from './document.ts'

/** The states of a job, guessed from the words of its status. */
export interface States {
  /** Field that holds the state. */
  readonly field: string
  readonly all: ReadonlyArray<{ readonly name: string; readonly [keyword: string]: unknown }>
  /** The states that a job passes when all goes well. */
  readonly way: readonly string[]
  readonly success: string
  readonly failures: readonly string[]
  readonly cancelled: string | undefined
  /** Whether the words are those of work that takes time. */
  readonly isTimely: boolean
  readonly reason: string
}

const WAITING = /^(?:queued|pending|created|waiting|accepted|scheduled|submitted|new|not_started)$/i
const WORKING = /^(?:running|processing|in[_-]?progress|started|working|active|rendering|executing)$/i
const DONE = /^(?:completed?|done|succeeded|success|successful|finished|ready|available)$/i
const FAILED = /^(?:failed|failure|errored|error|timeout|timed[_-]?out|expired)$/i
const CANCELLED = /^(?:cancell?ed|aborted|stopped)$/i

/** @param canCancel - whether an operation cancels */
export function statesOf(document: Document, shape: Shape, canCancel: boolean): States | undefined {
  const field = Object.keys(shape.properties).find((name) => /^(?:job_?|run_?)?(?:status|state)$/i.test(name))
  if (field === undefined) return undefined
  const status = shapeOf(document, shape.properties[field])
  if (status.types.length > 0 && !status.types.includes('string')) return undefined
  const words = Array.isArray(status.node['enum'])
    ? (status.node['enum'] as unknown[]).filter((word) => typeof word === 'string')
    : []
  const pick = (pattern: RegExp): string[] => words.filter((word) => pattern.test(word))
  const isGiven = words.length > 0
  const [waiting, working, done] = isGiven
    ? [pick(WAITING)[0], pick(WORKING)[0], pick(DONE)[0]]
    : ['queued', 'running', 'completed']
  if (done === undefined) return undefined
  const failures = isGiven ? pick(FAILED) : ['failed']
  const cancelled = isGiven ? pick(CANCELLED)[0] : canCancel ? 'cancelled' : undefined
  const way = [waiting, working, done].filter((name) => name !== undefined)
  const leave = canCancel && cancelled !== undefined ? { on: { cancel: cancelled } } : {}
  const ends = [...failures, ...(canCancel || cancelled === undefined ? [] : [cancelled])]
  const all = [
    ...way.slice(0, -1).map((name, index) => ({
      name,
      for: name === working ? '5s' : '2s',
      then: way[index + 1]!,
      // What does not come by itself can be reached by a scenario.
      ...(index === way.length - 2 && ends.length > 0 && { or: ends }),
      ...leave,
    })),
    ...[done, ...failures, ...(cancelled === undefined ? [] : [cancelled])].map((name) => ({ name, final: true })),
  ]
  const unused = words.filter((word) => !all.some(({ name }) => name === word))
  const said = isGiven
    ? `The states are the words of "${field}"${unused.length > 0 ? ` (without ${unused.join(', ')})` : ''}; how long each lasts is made up.`
    : `The document does not name the states of "${field}", nor how long each lasts.`
  return { field, all, way, success: done, failures, cancelled, isTimely: way.length > 1, reason: said }
}
