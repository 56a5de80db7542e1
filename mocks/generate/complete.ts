import { formatPointer } from '../spec/references/pointer.ts'
import type { Located } from '../spec/schema/root.ts'
import type { Schemas } from '../spec/schema/validator.ts'
import { singular } from '../spec/values/singular.ts'
import type { Compile, Context } from './context.ts'
import { propertySchemas, type Flat } from './flat.ts'
import { type Choice, flatten } from './flatten.ts'
import { countFields } from './make/counts.ts'
import { marksOf } from './marks.ts'

/** The place of a completed value. */
export interface Place {
  readonly context: Context
  /** JSON Pointer of the value, relative to its identity. */
  readonly path: string
  /** Name of the property or list that holds it. */
  readonly name: string
  readonly items: Items | undefined
}

/** List entries that are completed as when they stand alone. */
export interface Items {
  /** JSON Pointers of an item, or of lists of items. */
  readonly at: readonly string[]
  readonly contextOf: (index: number) => Context | undefined
}

/** Adds to a value what its schema requires, at every depth; returns the same value where nothing is missing. */
type Complete = (value: unknown, place: Place) => unknown

type Values = Readonly<Record<string, unknown>>

/** Further branches of a union are not tried. */
const mostBranches = 8
const RESPONSE = { direction: 'response' } as const

/**
 * Prepares the completion of given values: items, examples, request data. It changes nothing that exists and adds only
 * what the schema requires.
 *
 * @param compilerOf - gives the compiler of a choice of branches
 * @param idOf - a name for a schema
 */
export function createCompletion(
  schemas: Schemas,
  compilerOf: (choice: Choice) => Compile,
  idOf: (located: Located) => string,
): (list: readonly Located[]) => Complete {
  const known = new Map<string, Complete>()

  const completionOf = (list: readonly Located[]): Complete => {
    const key = list.map(idOf).join('+')
    let complete = known.get(key)
    if (!complete) {
      let inner: Complete | undefined
      complete = (value, place) =>
        typeof value === 'object' && value !== null
          ? (inner ??= prepare(list))(value, Array.isArray(value) ? place : itemPlace(place, 0))
          : value
      known.set(key, complete)
    }
    return complete
  }

  const prepare = (list: readonly Located[]): Complete => {
    const first = flatten(list, schemas, { shift: 0 })
    if (!first) return same
    const usual = completeBy(first.flat, list, { shift: 0 })
    if (first.branches === 1) return usual
    const branches = new Map([[0, usual]])
    const branchOf = (shift: number): Complete | undefined => {
      const before = branches.get(shift)
      if (before) return before
      const flat = flatten(list, schemas, { shift })?.flat
      const branch = flat && completeBy(flat, list, { shift })
      if (branch) branches.set(shift, branch)
      return branch
    }
    const issues = (value: unknown): number =>
      list.reduce((count, located) => count + schemas.validator(located, RESPONSE)(value).length, 0)
    // Chooses the branch that best fits the given value.
    return (value, place) => {
      let fewest = issues(value)
      let best = value
      for (let shift = 0; fewest > 0 && shift < Math.min(first.branches, mostBranches); shift++) {
        const candidate = branchOf(shift)?.(value, place)
        if (candidate === undefined || candidate === value) continue
        const count = issues(candidate)
        if (count < fewest) [best, fewest] = [candidate, count]
      }
      return best
    }
  }

  const completeBy = (flat: Flat, list: readonly Located[], choice: Choice): Complete => {
    const completeObject = objectBy(flat, list, choice)
    const completeArray = arrayBy(flat)
    return (value, place) =>
      Array.isArray(value) ? completeArray(value, place) : completeObject(value as Values, place)
  }

  const objectBy = (flat: Flat, list: readonly Located[], choice: Choice) => {
    const properties = new Map<string, Complete>()
    const ofProperty = (name: string): Complete => {
      let complete = properties.get(name)
      if (!complete) {
        const judges = propertySchemas(flat, name) ?? []
        properties.set(name, (complete = judges.length > 0 ? completionOf(judges) : same))
      }
      return complete
    }
    const marked = (name: string) => marksOf(propertySchemas(flat, name) ?? [], schemas, choice)
    let required: readonly string[] | undefined
    return (given: Values, place: Place): unknown => {
      required ??= [...flat.required].filter((name) => !marked(name).writeOnly && name !== '__proto__')
      let result: Record<string, unknown> | undefined
      for (const [name, entry] of Object.entries(given)) {
        if (typeof entry !== 'object' || entry === null) continue
        const path = place.path + formatPointer([name])
        const completed = ofProperty(name)(entry, { ...place, path, name })
        if (completed !== entry) result = { ...(result ?? given), [name]: completed }
      }
      // A value that reads nothing leaves its name without a value.
      const missing = required.filter((name) => !Object.hasOwn(given, name) || given[name] === undefined)
      if (missing.length === 0) return result ?? given
      const context = { ...place.context, minimal: true }
      const made = compilerOf(choice)(list, place.name, 'thing')(context, place.path, place.path)
      if (typeof made !== 'object' || made === null) return result ?? given
      const added = missing.filter((name) => Object.hasOwn(made, name))
      const whole: Record<string, unknown> = { ...(result ?? given) }
      for (const name of added) whole[name] = (made as Values)[name]
      count(whole, added)
      return whole
    }

    /** A generated count matches the length of the given list. */
    function count(whole: Record<string, unknown>, added: readonly string[]): void {
      for (const { name, list: counted, fits } of countFields(
        Object.keys(whole).map((property) => ({ name: property, ...marked(property) })),
      )) {
        const entries = whole[counted]
        if (added.includes(name) && Array.isArray(entries) && fits(entries.length)) whole[name] = entries.length
      }
    }
  }

  const arrayBy = (flat: Flat) => {
    const ofItems = flat.items.length > 0 ? completionOf(flat.items) : same
    const prefix = flat.prefix.map((entry) => completionOf(entry))
    return (given: readonly unknown[], place: Place): unknown => {
      let result: unknown[] | undefined
      const name = singular(place.name)
      for (const [index, entry] of given.entries()) {
        const own = itemPlace(place, index)
        const inner = own === place ? { ...place, path: `${place.path}/${index}`, name } : own
        const completed = (prefix[index] ?? ofItems)(entry, inner)
        if (completed === entry) continue
        result ??= [...given]
        result[index] = completed
      }
      return result ?? given
    }
  }

  return completionOf
}

/** The place of an item with its own identity. */
function itemPlace(place: Place, index: number): Place {
  const context = place.items?.at.includes(place.path) ? place.items.contextOf(index) : undefined
  return context ? { context, path: '', name: '', items: undefined } : place
}

const same: Complete = (value) => value
