import { isRecord } from '../../spec/values/is-record.ts'
import { formatPath } from '../../spec/overlay/format-path.ts'
import type { Raw } from '../../scenario/raw.ts'

/** One action of the sidecar. */
export interface Action {
  readonly target: string
  /** The only place that an update is for; not written to the file. */
  readonly path?: readonly string[]
  readonly update?: unknown
  readonly copy?: string
  readonly remove?: true
  /** Comment lines above it. */
  readonly about?: readonly string[]
}

/** A guess. */
export interface Guess {
  /** `limit` */
  readonly what: string
  readonly guess: string
  /** The fact that it is concluded from. */
  readonly why: string
  /** The place of that fact in the document. */
  readonly at: readonly string[]
  /** The text at that place, if it is a text. */
  readonly says?: string | undefined
}

/** Findings of one step of `sparring init`. */
export interface Found {
  /** Keywords of `x-mock` at the root. */
  readonly root?: Raw
  readonly actions?: readonly Action[]
  readonly guesses?: readonly Guess[]
  /** Tasks left to the user. */
  readonly open?: readonly string[]
}

export function updateAt(path: readonly string[], update: unknown, about?: readonly string[]): Action {
  return { target: formatPath(path), path, update, ...(about && { about }) }
}

/** Merges findings; maps at the root are merged too. */
export function mergeFound(found: readonly Found[]): Required<Found> {
  const root: Record<string, unknown> = {}
  for (const part of found) {
    for (const [key, value] of Object.entries(part.root ?? {})) {
      const before = root[key]
      root[key] = isRecord(before) ? { ...before, ...(value as Raw) } : value
    }
  }
  return {
    root,
    actions: found.flatMap(({ actions = [] }) => actions),
    guesses: found.flatMap(({ guesses = [] }) => guesses),
    open: found.flatMap(({ open = [] }) => open),
  }
}

/** The first few, and the number of the rest. */
export function firstLines(lines: readonly string[]): string[] {
  const MOST = 6
  return lines.length <= MOST ? [...lines] : [...lines.slice(0, MOST - 1), `… and ${lines.length - MOST + 1} more`]
}

export const ASSUMED = 'x-mock-assumed'
