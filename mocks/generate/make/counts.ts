import { singular } from '../../spec/values/singular.ts'
import type { Flat } from '../flat.ts'
import { snake } from '../words/property-name.ts'

/** A number that gives the length of a list in the same object. */
export interface Count {
  readonly name: string
  readonly list: string
  readonly fits: (length: number) => boolean
}

/** The input of {@link countFields} for one property. */
export interface Counted {
  readonly name: string
  readonly flat: Flat | undefined
  readonly type: string | undefined
}

const OF_ALL =
  /^(?:total|count|total_count|count_total|total_results|result_count|results_count|num_results|total_items|item_count|items_count|total_size|number_of_results|total_elements|number_of_elements|returned|size|length)$/

/** Finds numbers that count a list in the same object: `total` where there is one list, `members_count` by its name. */
export function countFields(properties: readonly Counted[]): readonly Count[] {
  const lists = properties.filter(({ type }) => type === 'array').map(({ name }) => name)
  if (lists.length === 0) return []
  return properties.flatMap(({ name, flat, type }) => {
    if ((type !== 'integer' && type !== 'number') || !flat || flat.values || flat.examples.length > 0) return []
    const list = listOf(snake(name), lists)
    return list === undefined ? [] : [{ name, list, fits: (length: number) => fits(flat, length) }]
  })
}

function listOf(word: string, lists: readonly string[]): string | undefined {
  const counted = /^(?:(?:total|num|number_of|count_of|n)_(.+?)|(.+?)_(?:count|total|length|size))(?:_count)?$/.exec(
    word,
  )
  const what = counted?.[1] ?? counted?.[2]
  const named = lists.find((list) => what !== undefined && singular(snake(list)) === singular(what))
  return named ?? (lists.length === 1 && OF_ALL.test(word) ? lists[0] : undefined)
}

function fits(flat: Flat, length: number): boolean {
  if (length < flat.minimum || length > flat.maximum) return false
  if (length <= flat.exclusiveMinimum || length >= flat.exclusiveMaximum) return false
  return flat.patterns.length === 0 && flat.not.length === 0 && flat.multiples.every((step) => length % step === 0)
}
