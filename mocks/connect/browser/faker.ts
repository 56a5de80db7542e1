import type { Faker, Randomizer } from '@faker-js/faker'

let english: Faker | undefined

/** Loads Faker's English names once, in a separate chunk. */
export async function prepareFaker(): Promise<void> {
  english ??= (await import('@faker-js/faker/locale/en')).faker
}

/** Faker with the given chance. */
export function makeFaker(randomizer: Randomizer): Faker {
  if (!english) throw new Error('Failed to make a name: names are not loaded yet.')
  const Constructor = english.constructor as typeof Faker
  return new Constructor({ locale: english.rawDefinitions, randomizer })
}
