import type { Faker, Randomizer } from '@faker-js/faker'
import { nodeRequire } from '../spec/read/node-require.ts'

/** Loads Faker with English names only and the given source of randomness. */
export function loadFaker(randomizer: Randomizer): Faker {
  const { faker } = nodeRequire('@faker-js/faker/locale/en') as typeof import('@faker-js/faker/locale/en')
  const Constructor = faker.constructor as typeof Faker
  return new Constructor({ locale: faker.rawDefinitions, randomizer })
}
