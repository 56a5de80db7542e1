import type { MockServer } from 'sparring'
import { afterAll, beforeAll, test } from 'vitest'
import { axiosClient, plainClient, undiciClient } from '../../support/verdict/corpus/clients.ts'
import {
  sideBySide,
  startCatalogue,
  throughCatalogue,
  type Traveller,
} from '../../support/verdict/corpus/whole-catalogue.ts'
import { hasUrllib3, urllib3Client } from '../../support/verdict/corpus/urllib3.ts'
import { type Send, walk } from '../../support/verdict/corpus/travel.ts'

/** Errors that a client deserves, by client, scenario and code. */
const DESERVED: Readonly<Record<string, string>> = {
  'axios with axios-retry: sequentum/lost-answer retry-unsafe':
    'axios-retry repeats a POST after a network error, and the vendor asks to look first',
}

let server: MockServer
beforeAll(async () => {
  server = await startCatalogue()
})
afterAll(() => server.close())

// Side by side, since almost all of the time they wait.
test.concurrent.for<[name: string, id: string, travel: Traveller, isHere: boolean]>([
  ['axios with axios-retry', 'axios', each(axiosClient), true],
  ['undici with its RetryAgent', 'undici', each(undiciClient), true],
  ['fetch without retries', 'fetch', each(plainClient), true],
  ['urllib3 with Retry', 'urllib3', urllib3Client, hasUrllib3],
])(
  '%s earns no errors in the whole catalogue that it does not deserve',
  { timeout: 900_000 },
  async ([name, id, travel, isHere], { expect, skip }) => {
    skip(!isHere, 'python3 with urllib3 2 is not there')
    const found = await throughCatalogue(server, id, travel)
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
