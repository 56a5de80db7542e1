import { expect, test } from 'vitest'
import { axiosClient, plainClient, undiciClient } from '../../support/verdict/corpus/clients.ts'
import { sideBySide, throughCatalogue, type Traveller } from '../../support/verdict/corpus/whole-catalogue.ts'
import { hasUrllib3, urllib3Client } from '../../support/verdict/corpus/urllib3.ts'
import { type Send, walk } from '../../support/verdict/corpus/travel.ts'

/** Errors that clients of the corpus deserve, by scenario and code, or by code in any scenario, each with its reason. */
type Deserved = Readonly<Record<string, string>>

const GIVES_UP = 'its program gives up after 25 polls, and the run takes an hour'

test.for<[name: string, travel: Traveller, deserved: Deserved, isHere: boolean]>([
  [
    'axios with axios-retry',
    each(axiosClient),
    {
      'seek/lost-answer expect-calls-at-most': 'axios-retry repeats a POST after a network error',
      'seclai/lost-answer expect-calls-at-most': 'axios-retry repeats a POST after a network error',
      'seamless/rate-limited-once expect-waits-at-least':
        'axios-retry reads Retry-After, and Seamless sends X-RateLimit-Reset',
      'sequentum/run-slow expect-polls-until-final': GIVES_UP,
    },
    true,
  ],
  ['undici with its RetryAgent', each(undiciClient), { 'sequentum/run-slow expect-polls-until-final': GIVES_UP }, true],
  [
    'fetch without retries',
    each(plainClient),
    {
      'expect-retries-after': 'it tries nothing again',
      'sequentum/polls-meet-500 expect-polls-until-final': 'it gives up a run at the first failed poll',
      'sequentum/run-slow expect-polls-until-final': GIVES_UP,
    },
    true,
  ],
  ['urllib3 with Retry', urllib3Client, { 'sequentum/run-slow expect-polls-until-final': GIVES_UP }, hasUrllib3],
])(
  '%s earns no errors in the whole catalogue that it does not deserve',
  { timeout: 240_000 },
  async ([, travel, deserved, isHere], { skip }) => {
    skip(!isHere, 'python3 with urllib3 2 is not there')
    const found = await throughCatalogue(travel)
    const undeserved = [...found]
      .filter(([key, { code }]) => deserved[key] === undefined && deserved[code] === undefined)
      .map(([key, { message }]) => `${key}: ${message}`)
    expect(undeserved).toEqual([])
  },
)

function each(create: () => Send): Traveller {
  return sideBySide((setting) => walk(create(), setting.journey, setting))
}
