import {
  createMock,
  forEveryFailure,
  type InvalidArgumentError,
  type InvalidFileError,
  UnknownNameError,
} from 'sparring'
import { expect, test } from 'vitest'

function thrownBy(call: () => unknown): unknown {
  try {
    call()
  } catch (error) {
    return error
  }
  throw new Error('Nothing was thrown.')
}

const mock = createMock({ vendors: ['seek'] })

test.each<[string, () => unknown, string, string]>([
  ['play', () => mock.play('seek/out-of-credit'), 'seek/out-of-credit', 'seek/out-of-credits'],
  ['next, by its operation', () => mock.next('seek', 'getMee' as 'getMe', 500), 'getMee', 'getMe'],
  ['next, by its error', () => mock.next('seek', 'getMe', 'TooMany' as 'Unauthorized'), 'TooMany', 'TooManyRequests'],
  ['credentials', () => mock.credentials('sek'), 'sek', 'seek'],
  ['createMock', () => createMock({ vendors: ['seekk'] }), 'seekk', 'seek'],
  ['coverage', () => createMock({ vendors: ['seek'], coverage: { include: ['seek.getMee'] } }), 'getMee', 'getMe'],
  ['forEveryFailure', () => forEveryFailure('seek', 'getMee' as 'getMe'), 'getMee', 'getMe'],
])('an unknown name stands in the error of %s, and what may have been meant', (_, call, unknown, meant) => {
  const error = thrownBy(call) as UnknownNameError
  expect(error).toBeInstanceOf(UnknownNameError)
  expect([error.code, error.unknown, error.candidates[0]]).toEqual(['unknown-name', unknown, meant])
  expect(error.candidates.length).toBeLessThanOrEqual(12)
})

test('a name that could not be in any list has no candidates', () => {
  const error = thrownBy(() => mock.play('./nowhere.yaml')) as UnknownNameError
  expect([error.unknown, error.candidates]).toEqual(['./nowhere.yaml', []])
})

test('arguments and files carry all of their problems', () => {
  // @ts-expect-error TypeScript knows it too.
  const argument = thrownBy(() => createMock({ vendors: ['seek'], frozen: true, sed: 1 })) as InvalidArgumentError
  expect(argument.problems).toEqual([
    '"frozen" is not an option. It belongs under "clock": { clock: { frozen: … } }.',
    '"sed" is not an option. Did you mean "seed"?',
  ])
  const changes = { accounts: { default: { credits: 'many' } } } as never
  const file = thrownBy(() => mock.play('seek/happy-path', changes)) as InvalidFileError
  expect(file.problems).toMatchObject([{ severity: 'error', pointer: '/accounts/default/credits' }])
})
