import { readFileSync } from 'node:fs'
import { createMock } from 'sparring'
import { describe, expect, test } from 'vitest'
import { readAmount, ratesIn } from '../../../mocks/cli/init/guess/rates.ts'
import { begin, beginFixture, command } from '../../support/processes/init.ts'

describe('numbers in prose', () => {
  test.for<[text: string, number: number | undefined]>([
    ['60', 60],
    ['250 000', 250_000],
    ['250\u00A0000', 250_000],
    ['250\u202F000', 250_000],
    ['250,000', 250_000],
    ['1.500', 1500],
    ['1.500.000', 1_500_000],
    ['1,500.5', 1500.5],
    ['1.500,5', 1500.5],
    ['1 500,5', 1500.5],
    ["1'500", 1500],
    ['1.5', 1.5],
    ['1,5', 1.5],
    ['0.500', 0.5],
    ['5k', 5000],
    ['1.5k', 1500],
    ['2 million', 2_000_000],
    ['10 thousand', 10_000],
    ['1,500k', undefined],
    ['1.2.3', undefined],
    ['1,50,000', undefined],
    ['12 34', undefined],
  ])('"%s" is %s', ([text, number], { expect }) => {
    expect(readAmount(text)).toBe(number)
  })

  test.for<[text: string, rates: string]>([
    ['The limit is 250 000 requests per minute.', '250000 in 1m'],
    ['The limit is 1.500 requests per minute.', '1500 in 1m'],
    ['Up to 5k API requests/hour', '5000 in 1h'],
    ['100 req/s', '100 in 1s'],
    ['You may send 10 requests every 15 minutes.', '10 in 15m'],
    ['20 calls a day', '20 in 1d'],
    ['limited to 60 per minute', '60 in 1m'],
    ['300 RPM', '300 in 1m'],
    ['1.5 requests per second', '90 in 1m'],
    ['0.5 requests per second', '30 in 1m'],
    ['60 requests per minute and 1,000 requests per day', '60 in 1m, 1000 in 1d'],
    // Nothing that is sure.
    ['5-10 requests per minute', ''],
    ['between 5 and 10 requests per minute', ''],
    ['Tier 1 100 requests per minute', ''],
    ['0 requests per minute', ''],
    ['60 seconds per request', ''],
    ['pages of 50 per request, 3 a day', ''],
    ['about 60 million users, many requests per day', ''],
  ])('"%s" states %s', ([text, rates], { expect }) => {
    expect(
      ratesIn(text)
        .map(({ limit, window }) => `${limit} in ${window}`)
        .join(', '),
    ).toBe(rates)
  })
})

describe('limits', () => {
  const limitsOf = async (name: string) => (await beginFixture(name)).mock['limits']
  const limit = (limit: number) => ({ name: 'requests', algorithm: 'fixed-window', limit, window: '1m' })

  test('a number with groups is read whole', async () => {
    expect(await limitsOf('words')).toMatchObject([limit(250_000)])
    expect(await limitsOf('dots')).toMatchObject([limit(1500)])
  })

  test('a number in the description of one operation holds for that operation', async () => {
    expect(await limitsOf('one-operation')).toMatchObject([
      { ...limit(60), on: ['light'] },
      { ...limit(3), name: 'heavy', on: ['heavy'] },
    ])
    const { document } = await beginFixture('one-operation')
    using mock = createMock({ vendors: [document], clock: { frozen: true } })
    const send = async (path: string, method: string) =>
      (await mock.fetch(`https://api.one-op.example${path}`, { method })).status
    const heavy = [1, 2, 3, 4].map(() => send('/heavy', 'POST'))
    expect(await Promise.all(heavy)).toEqual([200, 200, 200, 429])
    expect(await Promise.all([1, 2, 3, 4].map(() => send('/light', 'GET')))).toEqual([200, 200, 200, 200])
  })

  test('the same said of several operations is one limit that counts each by itself', async () => {
    const text = readFileSync('test/fixtures/init/one-operation.yaml', 'utf8')
    const { mock } = await begin(
      text.replace('operationId: light,', "operationId: light, description: 'Takes 3 requests per minute.',"),
    )
    expect(mock['limits']).toMatchObject([{ ...limit(3), per: ['ip', 'operation'] }])
  })

  test('a path and a tag reach as far as their operations', async () => {
    const operation = (id: string, more = '') =>
      `{ operationId: ${id}, ${more}responses: { '200': { description: Fine. }, '429': &slow { description: Slow. } } }`
    const { mock } = await begin(`openapi: 3.1.0
info: { title: Reach, version: '1', description: '100 requests per minute.' }
servers: [{ url: https://reach.example }]
tags: [{ name: search, description: '20 requests per minute.' }]
paths:
  /a: { description: 5 requests per hour., get: ${operation('getA')}, post: ${operation('postA')} }
  /b: { get: ${operation('getB', 'tags: [search], ')} }
  /c: { get: ${operation('getC')} }
`)
    const numbers = (mock['limits'] as Array<Record<string, unknown>>).map((entry) => [entry['limit'], entry['on']])
    expect(numbers).toEqual([
      [5, ['getA', 'postA']],
      [20, ['getB']],
      [100, ['getC']],
    ])
  })

  test('numbers of several plans are not used', async () => {
    const text = readFileSync('test/fixtures/init/words.yaml', 'utf8')
    const { mock } = await begin(
      text.replace('250 000 requests', '10 requests per minute on Free, and on Pro 100 requests'),
    )
    expect(mock['limits']).toMatchObject([
      {
        ...limit(60),
        'x-mock-assumed':
          'The document says "10 requests per minute" and "100 requests per minute", but not for whom; this is a guess.',
      },
    ])
  })

  test('one limit in two wordings is one, and each operation refuses in its own words', async () => {
    const { mock: raw, document } = await beginFixture('two-limits')
    expect(raw['limits']).toMatchObject([{ ...limit(60), refuse: 'TooManyRequests#rate' }])
    expect((await command('check', document)).out).toContain('no errors.')
    using mock = createMock({ vendors: [document], clock: { frozen: true } })
    const send = (path: string) => mock.fetch(`https://api.two.example/${path}`)
    for (let call = 0; call < 60; call++) expect((await send(call % 2 === 0 ? 'a' : 'b')).status).toBe(200)
    const refused = [await send('a'), await send('b')]
    expect(refused.map(({ status }) => status)).toEqual([429, 429])
    expect(await Promise.all(refused.map((answer) => answer.json()))).toEqual([
      { error: 'Request rate limit exceeded.' },
      { error: 'Rate limit exceeded' },
    ])
  })
})
