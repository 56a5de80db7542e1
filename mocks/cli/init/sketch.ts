import { isRecord } from '../../spec/values/is-record.ts'
import { formatPath } from '../../spec/overlay/format-path.ts'
import type { Raw } from '../../scenario/raw.ts'

/** One action of the sidecar. */
export interface Action {
  readonly target: string
  /** The one place that an update is for; it is not written. */
  readonly path?: readonly string[]
  readonly update?: unknown
  readonly copy?: string
  readonly remove?: true
  /** What stands above it, a line each. */
  readonly about?: readonly string[]
}

/** One thing that was guessed. */
export interface Guess {
  /** `limit` */
  readonly what: string
  readonly guess: string
  /** What it is concluded from. */
  readonly why: string
  /** Where the document says so. */
  readonly at: readonly string[]
  /** What the document says there, where that is a text. */
  readonly says?: string | undefined
}

/** What a step of `sparring init` has found. */
export interface Found {
  /** Keywords of `x-mock` at the root. */
  readonly root?: Raw
  readonly actions?: readonly Action[]
  readonly guesses?: readonly Guess[]
  /** What is left to the user. */
  readonly open?: readonly string[]
}

export function updateAt(path: readonly string[], update: unknown, about?: readonly string[]): Action {
  return { target: formatPath(path), path, update, ...(about && { about }) }
}

/** Several findings as one; maps of the root are laid together. */
export function together(found: readonly Found[]): Required<Found> {
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

/** The first few, and how many more there are. */
export function firstOf(lines: readonly string[]): string[] {
  const MOST = 6
  return lines.length <= MOST ? [...lines] : [...lines.slice(0, MOST - 1), `… and ${lines.length - MOST + 1} more`]
}

export const ASSUMED = 'x-mock-assumed'
