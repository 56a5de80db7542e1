import { InvalidArgumentError, UnknownNameError } from 'sparring'
import { expect as expectMock } from 'sparring/vitest'
import { expect, test } from 'vitest'
import { frozenMock } from '../support/mock/mock.ts'
import { seekClient } from '../support/vendors/seek.ts'

/** The first line of what a matcher says when it fails. */
function said(assertion: () => void): string {
  try {
    assertion()
  } catch (error) {
    expect((error as Error).message).toContain('\n\nThe mock has seen ')
    return (error as Error).message.split('\n\n')[0]!
  }
  throw new Error('The matcher has passed.')
}

const open = () => {
  const mock = frozenMock({ vendors: ['seek', 'seal'] })
  return { mock, seek: seekClient(mock.fetch) }
}

test('toHaveCalled counts the calls of the client, and not those of the test', async () => {
  const { mock, seek } = open()
  expectMock(mock).not.toHaveCalled('getMe')
  expectMock(mock).toHaveCalled('getMe', 0)
  await seek.me()
  await seek.me()
  await seek.send('GET', '/me', { headers: { 'x-sparring-actor': 'test' } })
  expectMock(mock).toHaveCalled('getMe')
  expectMock(mock).toHaveCalled('seek.getMe', 2)
  expect(said(() => expectMock(mock).toHaveCalled('getMe', 3))).toBe(
    'The client should have called getMe 3 times, and called it 2 times.',
  )
  expect(said(() => expectMock(mock).toHaveCalled('submitJob'))).toBe(
    'The client should have called submitJob, and called it never.',
  )
  expect(said(() => expectMock(mock).not.toHaveCalled('getMe'))).toBe(
    'The client should not have called getMe, and called it 2 times.',
  )
  expect(said(() => expectMock(mock).toHaveCalled('getMe', 0))).toBe(
    'The client should have called getMe never, and called it 2 times.',
  )
})

test('toHaveMet finds an answer by its status, by the name of its error, and by its fault', async () => {
  const { mock, seek } = open()
  mock.next('seek', 'getMe', 'TooManyRequests#rate')
  await seek.me()
  mock.play('seek/happy-path', { rules: [{ when: { operation: 'getMe' }, then: { fault: 'connection-reset' } }] })
  await expect(seek.me()).rejects.toThrow(TypeError)
  for (const answer of [429, 'TooManyRequests', 'TooManyRequests#rate', 'connection-reset'])
    expectMock(mock).toHaveMet('getMe', answer)
  for (const answer of [200, 'Unauthorized', 'hang']) expectMock(mock).not.toHaveMet('getMe', answer)
  expect(said(() => expectMock(mock).toHaveMet('getMe', 200))).toBe(
    'The client should have met 200 of getMe, and met TooManyRequests#rate, connection-reset.',
  )
  expect(said(() => expectMock(mock).toHaveMet('submitJob', 'PaymentRequired'))).toBe(
    'The client should have met PaymentRequired of submitJob, and never called it.',
  )
  expect(said(() => expectMock(mock).not.toHaveMet('getMe', 429))).toBe(
    'The client should not have met 429 of getMe, and did.',
  )
})

test('toHaveWaited checks every answer that asks for a wait, and fails if no request follows', async () => {
  const { mock, seek } = open()
  const refused = async (): Promise<void> => {
    mock.next('seek', 'getMe', 'TooManyRequests#rate')
    await seek.me()
  }
  await refused()
  expect(said(() => expectMock(mock).toHaveWaited('retry-after'))).toBe(
    'The client should have waited after a Retry-After, and no call came after such an answer.',
  )
  await seek.credits()
  expectMock(mock).not.toHaveWaited('retry-after')
  await mock.clock.advance('1s')
  await refused()
  expectMock(mock).toHaveWaited('retry-after')
  expectMock(mock).toHaveWaited(1000)
  expectMock(mock).toHaveWaited('1s', { operation: 'seek.getMe', after: 'TooManyRequests#rate' })
  expect(said(() => expectMock(mock).toHaveWaited('5s'))).toBe(
    'The client should have waited 5s after 429, and #3 came 1s after #1.',
  )
  expect(said(() => expectMock(mock).not.toHaveWaited('retry-after'))).toBe(
    'The client should not have waited after a Retry-After, and did so before #3.',
  )
  await seek.me()
  expect(said(() => expectMock(mock).toHaveWaited('retry-after', { operation: 'getMe' }))).toBe(
    'The client should have waited 1s after a Retry-After of getMe, and #4 came 0ms after #3.',
  )
})

test('toHaveWaited distinguishes an answer without a later request from one that was never given', async () => {
  const mock = frozenMock({ vendors: ['seamless'] })
  expect(said(() => expectMock(mock).toHaveWaited('60s'))).toBe(
    'The client should have waited after 429, and met no such answer.',
  )
  mock.next('seamless', 'searchContacts', 'TooManyRequests#rate')
  const headers = { token: 'mine', 'content-type': 'application/json' }
  const init = { method: 'POST', headers, body: '{}' }
  await mock.fetch('https://api.seamless.ai/api/client/v1/search/contacts', init)
  expect(said(() => expectMock(mock).toHaveWaited('60s'))).toBe(
    'The client should have waited after 429, and no call came after such an answer.',
  )
  expect(said(() => expectMock(mock).toHaveWaited('retry-after', { after: 429 }))).toBe(
    'The client should have waited after 429, and met no answer with a Retry-After.',
  )
})

test('toHaveFinding and toHaveNoFindings check findings, and a finding that a test has asked for is expected', async () => {
  const { mock, seek } = open()
  expectMock(mock).toHaveNoFindings()
  expect(said(() => expectMock(mock).not.toHaveNoFindings())).toBe('The client should have findings, and has none.')
  expect(said(() => expectMock(mock).toHaveFinding('invalid-body'))).toBe(
    'The client should have the finding invalid-body, and has no findings.',
  )
  await seek.submit('{')
  expect(said(() => expectMock(mock).toHaveNoFindings())).toMatch(
    /^The client has a finding:\nwarning invalid-body \(seek\): submitJob: the body is not JSON/,
  )
  expect(said(() => expectMock(mock).toHaveFinding('retry-after'))).toBe(
    'The client should have the finding retry-after, and has invalid-body.',
  )
  expect(said(() => expectMock(mock).not.toHaveFinding('invalid-body'))).toMatch(
    /^The client should not have the finding invalid-body, and does:\nwarning invalid-body/,
  )
  expectMock(mock).toHaveFinding('invalid-body', 1)
  expectMock(mock).toHaveNoFindings()
})

test('unknown names are reported with the nearest, and a value that is not a mock is refused', () => {
  const { mock } = open()
  expect(() => expectMock(mock).toHaveCalled('getMee')).toThrow(
    new UnknownNameError('"getMee" is not an operation of seek, seal. Did you mean "getMe"?'),
  )
  expect(() => expectMock(mock).toHaveCalled('seek.getMee')).toThrow('Did you mean "seek.getMe"?')
  expect(() => expectMock(mock).toHaveMet('getMe', 'TooManyRequest')).toThrow(
    '"TooManyRequest" is neither an error of seek, seal nor a fault. Did you mean "TooManyRequests"?',
  )
  expect(() => expectMock(mock).toHaveWaited('soon')).toThrow('Failed to read the duration "soon".')
  expect(() => expectMock(mock).toHaveFinding('retry-afte')).toThrow(
    '"retry-afte" is not the code of a finding. Did you mean "retry-after"?',
  )
  // @ts-expect-error TypeScript knows it too.
  expect(() => expectMock(7).toHaveCalled('getMe')).toThrow(
    new InvalidArgumentError('use toHaveCalled()', [
      'expect() has 7; write a mock, a session of one, or a server: expect(mock).toHaveCalled(…).',
    ]),
  )
})
