import type { Located } from '../../spec/schema/root.ts'
import { canonical } from '../../state/hash.ts'
import { MOST_VALUES, spendValue } from '../budget.ts'
import type { Compile } from '../context.ts'
import { chance, isTooRecursive, nothing, recursiveMakers, tooMuch, type Context, type Make } from '../context.ts'
import type { Flat } from '../flat.ts'
import { listsIssues, MOST_ISSUES, type FieldReason } from './reason.ts'
import { singular } from '../../spec/values/singular.ts'
import { sharesSubject, type Scene } from '../words/scene.ts'

/** Generates arrays of one to three items where the bounds allow it. */
export function makeArray(flat: Flat, name: string, scene: Scene, compile: Compile): Make {
  const asked = flat.contains.reduce((sum, { min }) => sum + min, flat.minItems)
  if (asked > MOST_VALUES) return tooMuch(`needs ${asked} items or more, and ${MOST_VALUES} values are the most`)
  const itemName = singular(name)
  const makeOf = (list: readonly Located[]): Make => compile(list, itemName, scene)
  const prefix = flat.prefix.map((entry) => makeOf([...entry]))
  const others = flat.items.length > 0 ? [] : flat.otherItems
  const makeItem = makeOf([...flat.items, ...others])
  const isFull = others.some(({ schema }) => schema === false)
  const contained = flat.contains.flatMap(({ schema, min }) =>
    Array.from({ length: min }, (_, index) => makeOf([...(flat.prefix[prefix.length + index] ?? flat.items), schema])),
  )
  const makers = [...prefix, ...contained]
  const least = Math.max(flat.minItems, contained.length > 0 ? makers.length : 0)
  const limit = isFull ? Math.min(flat.maxItems, makers.length) : flat.maxItems
  const shares = sharesSubject(name)
  const mayListIssues = name === '' || listsIssues(name)

  return (context, path, subject) => {
    const isDeep = context.level.now >= context.depth || isTooRecursive(makeItem, context)
    const { reason } = context
    const issueTotal = mayListIssues && reason && !isDeep ? issueCount(reason, makeItem) : undefined
    const most = Math.min(
      limit,
      Math.max(least, issueTotal ?? (isDeep || context.minimal ? 0 : wished(context, path, prefix.length))),
    )
    const items: unknown[] = []
    const seen = new Set<string>()
    // A schema's example is for one item: a list of equal items is useless.
    const plain = context.examples ? { ...context, examples: false } : context
    context.level.now++
    for (let index = 0; index < most; index++) {
      const place = `${path}/${index}`
      spendValue(context.budget, place)
      const who = index === 0 && shares ? subject : place
      const make = makers[index] ?? makeItem
      const own = index === 0 ? context : plain
      const entry = issueTotal === undefined ? own : { ...own, reason: of(reason!, index) }
      let item = make(entry, place, who)
      if (flat.unique)
        item = different(seen, item, items.length < least ? MANY : SOME, (attempt) =>
          make(plain, `${place}~${attempt}`, `${who}~${attempt}`),
        )
      if (item === nothing) break
      items.push(item)
    }
    context.level.now--
    return items.length < least ? nothing : items
  }
}

/** The number of entries in a list of issues: one per issue; inside the entry of one issue, only that one. */
function issueCount({ issues, index }: FieldReason, makeItem: Make): number {
  if (index !== undefined) return recursiveMakers.has(makeItem) ? 0 : 1
  return Math.max(1, Math.min(issues.length, MOST_ISSUES))
}

function of(reason: FieldReason, index: number): FieldReason {
  return { ...reason, index: reason.index ?? Math.max(0, Math.min(index, reason.issues.length - 1)) }
}

function wished(context: Context, path: string, prefix: number): number {
  if (prefix > 0) return prefix
  return context.level.now > 3 ? 1 : chance(context, path, 0).int(1, 3)
}

/** Attempts at a distinct item: where one is desirable, and where one is required. */
const SOME = 24
const MANY = 1500

/** The item, or a distinct one when it occurred before; `nothing` when none is found. */
function different(seen: Set<string>, first: unknown, attempts: number, again: (attempt: number) => unknown): unknown {
  let item = first
  for (let attempt = 1; attempt <= attempts; attempt++) {
    if (item === nothing) return nothing
    const text = canonical(item)
    if (!seen.has(text)) {
      seen.add(text)
      return item
    }
    item = again(attempt)
  }
  return nothing
}
