import { random, type Random } from '../state/hash.ts'
import { type Budget, TooMuchError } from './budget.ts'
import type { People } from './words/people.ts'
import type { Telling } from './make/reason.ts'
import type { Located } from '../spec/schema/root.ts'
import type { Scene } from './words/scene.ts'

/** What stays the same while one value is made. */
export interface Context {
  /** Seed and identity. */
  readonly key: string
  /** The instant that dates are told from, in milliseconds. */
  readonly now: number
  /** Objects and arrays nested deeper appear only where they are required. */
  readonly depth: number
  /** Leaves out what is not required. */
  readonly minimal: boolean
  /** Takes the schema's examples where there are some. */
  readonly examples: boolean
  /** A `response` has no `writeOnly` properties, a `request` no `readOnly` ones. */
  readonly direction: 'request' | 'response' | undefined
  /** Why the request is refused, where the value is an error that tells of it. */
  readonly reason: Telling | undefined
  /** Who the value speaks of, by the pointer of the object that is that person or company. */
  readonly people: People
  /** How often each recursive schema is being made at this moment. */
  readonly open: Map<unknown, number>
  /** What may still be made. */
  readonly budget: Budget
  /** How deep the value being made is nested, and in how many recursive schemas. */
  readonly level: { now: number; recursive: number }
}

/**
 * Makes the value of one place.
 *
 * @param path - JSON Pointer of the place; with the context's key all that chance depends on
 * @param subject - pointer of the object that the place speaks of
 */
export type Make = (context: Context, path: string, subject: string) => unknown

/**
 * Makes a string with a meaning.
 *
 * @param attempt - counts from 0 while what was made before does not fit its schema; another one may be another form
 */
export type MakeText = (context: Context, path: string, subject: string, attempt: number) => string

/** Makers of schemas that contain themselves. */
export const recursiveMakers = new WeakSet<Make>()

/** Where recursive schemas contain each other, what is not required ends here, before it fills the world. */
export function isTooRecursive(make: Make, { level }: Context): boolean {
  return level.recursive >= 2 && recursiveMakers.has(make)
}

/** Given instead of a value where there can be none: the schema contradicts itself, or repeats itself without end. */
export const nothing = Symbol('nothing')

/** Makes no value, since the schema asks for more than may be made. */
export function tooMuch(why: string): Make {
  return (_context, path) => {
    throw new TooMuchError(path, why)
  }
}

/** The chance of one place; `attempt` gives it another one. */
export function chance(context: Context, path: string, attempt: number): Random {
  return attempt === 0 ? random(context.key, path) : random(context.key, path, 'attempt', attempt)
}

/** Whether a place has been tried before, and wants something that fewer others have. */
export function isAgain(path: string): boolean {
  return AGAIN.test(path)
}

const AGAIN = /~(?:[2-9]|\d{2,})(?:\/|$)/

/** Pointer of the object that a property belongs to; an entry of a list or a map stands for itself. */
export function ownerOf(path: string): string {
  const at = path.lastIndexOf('/')
  return at === -1 || /^\*?\d+(?:~\d+)?$/.test(path.slice(at + 1)) ? path : path.slice(0, at)
}

/**
 * Prepares the maker of a value for which all the given schemas hold.
 *
 * @param name - of the property or the list that holds it; it gives strings and numbers a meaning
 * @param scene - what the object around it is
 */
export type Compile = (list: readonly Located[], name: string, scene: Scene) => Make
