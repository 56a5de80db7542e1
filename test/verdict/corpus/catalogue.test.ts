import { expect, test } from 'vitest'
import { axiosClient, plainClient, undiciClient } from '../../support/verdict/corpus/clients.ts'
import { sideBySide, throughCatalogue, type Traveller } from '../../support/verdict/corpus/whole-catalogue.ts'
import { hasUrllib3, urllib3Client } from '../../support/verdict/corpus/urllib3.ts'
import { type Send, walk } from '../../support/verdict/corpus/travel.ts'

/** Errors that a client deserves, by client, scenario and code. */
const DESERVED: Readonly<Record<string, string>> = {
  'axios with axios-retry: sequentum/lost-answer retry-unsafe':
    'axios-retry repeats a POST after a network error, and the vendor asks to look first',
}

test.for<[name: string, travel: Traveller, isHere: boolean]>([
  ['axios with axios-retry', each(axiosClient), true],
  ['undici with its RetryAgent', each(undiciClient), true],
  ['fetch without retries', each(plainClient), true],
  ['urllib3 with Retry', urllib3Client, hasUrllib3],
])(
  '%s earns no errors in the whole catalogue that it does not deserve',
  { timeout: 240_000 },
  async ([name, travel, isHere], { skip }) => {
    skip(!isHere, 'python3 with urllib3 2 is not there')
    const found = await throughCatalogue(travel)
    const undeserved = [...found]
      // What a scenario expects of a whole application, such as to cancel, is nothing that a library of requests can do.
      .filter(([key, { code }]) => !code.startsWith('expect-') && DESERVED[`${name}: ${key}`] === undefined)
      .map(([key, { message }]) => `${key}: ${message}`)
    expect(undeserved).toEqual([])
  },
)

function each(create: () => Send): Traveller {
  return sideBySide((setting) => walk(create(), setting.journey, setting))
}
