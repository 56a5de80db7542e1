import type { Faker, Randomizer } from '@faker-js/faker'
import { nodeRequire } from '../spec/read/node-require.ts'

/** Loads Faker's English names, and no other language, with the given chance. */
export function loadFaker(randomizer: Randomizer): Faker {
  const { faker } = nodeRequire('@faker-js/faker/locale/en') as typeof import('@faker-js/faker/locale/en')
  const Constructor = faker.constructor as typeof Faker
  return new Constructor({ locale: faker.rawDefinitions, randomizer })
}
