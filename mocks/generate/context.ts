import { random, type Random } from '../state/hash.ts'
import { type Budget, TooMuchError } from './budget.ts'
import type { People } from './words/people.ts'
import type { FieldReason } from './make/reason.ts'
import type { Located } from '../spec/schema/root.ts'
import type { Scene } from './words/scene.ts'

/** Constant while one value is generated. */
export interface Context {
  /** Seed and identity. */
  readonly key: string
  /** The reference instant for dates, in milliseconds. */
  readonly now: number
  /** Objects and arrays nested deeper are generated only where required. */
  readonly depth: number
  /** Omits what is not required. */
  readonly minimal: boolean
  /** Uses the schema's examples where they exist. */
  readonly examples: boolean
  /** Whether the value may break its schema, since no value satisfies it. */
  readonly isTolerant: boolean
  /** A `response` omits `writeOnly` properties, a `request` `readOnly` ones. */
  readonly direction: 'request' | 'response' | undefined
  /** Why the request is refused, for a value that is an error. */
  readonly reason: FieldReason | undefined
  /** The person or company that a value describes, by the pointer of its object. */
  readonly people: People
  /** The current nesting of each recursive schema. */
  readonly open: Map<unknown, number>
  /** The remaining budget. */
  readonly budget: Budget
  /** The current nesting, in total and in recursive schemas. */
  readonly level: { now: number; recursive: number }
}

/**
 * Generates the value of one place.
 *
 * @param path - JSON Pointer of the place, which with the context's key determines the randomness
 * @param subject - pointer of the object that the place describes
 */
export type Make = (context: Context, path: string, subject: string) => unknown

/**
 * Generates a meaningful string.
 *
 * @param attempt - counts up from 0 while the result is invalid; a later attempt may use another form
 */
export type MakeText = (context: Context, path: string, subject: string, attempt: number) => string

/** Makers of recursive schemas. */
export const recursiveMakers = new WeakSet<Make>()

/** Whether to omit optional values because recursive schemas contain each other, which would grow without limit. */
export function isTooRecursive(make: Make, { level }: Context): boolean {
  return level.recursive >= 2 && recursiveMakers.has(make)
}

/** Returned where no value is possible: the schema contradicts itself or recurses endlessly. */
export const nothing = Symbol('nothing')

/** Generates no value, since the schema exceeds the limits. */
export function tooMuch(why: string): Make {
  return (_context, path) => {
    throw new TooMuchError(path, why)
  }
}

/** The randomness of one place; each `attempt` gets another. */
export function chance(context: Context, path: string, attempt: number): Random {
  return attempt === 0 ? random(context.key, path) : random(context.key, path, 'attempt', attempt)
}

/** Whether a place is retried, and needs a rarer value. */
export function isAgain(path: string): boolean {
  return AGAIN.test(path)
}

const AGAIN = /~(?:[2-9]|\d{2,})(?:\/|$)/

/** Pointer of the object that a property belongs to; an entry of a list or map is its own owner. */
export function ownerPointer(path: string): string {
  const at = path.lastIndexOf('/')
  return at === -1 || /^\*?\d+(?:~\d+)?$/.test(path.slice(at + 1)) ? path : path.slice(0, at)
}

/**
 * Prepares the maker of a value that is valid by all given schemas.
 *
 * @param name - name of the property or list that holds it, which gives strings and numbers a meaning
 * @param scene - the kind of the object around it
 */
export type Compile = (list: readonly Located[], name: string, scene: Scene) => Make
