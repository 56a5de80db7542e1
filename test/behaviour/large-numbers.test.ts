import type { Snapshot } from 'sparring'
import { expect, test } from 'vitest'
import { parseExactly, readNumber } from '../../mocks/spec/values/exact-number.ts'
import { frozenMock } from '../support/mock/mock.ts'

const LARGE = '9007199254740993'

function caller(): (method: string, path: string, body?: string) => Promise<string> {
  const mock = frozenMock({ vendors: ['test/fixtures/media/numbers.yaml'] })
  return async (method, path, body) => {
    const headers = { 'content-type': 'application/json' }
    const response = await mock.fetch(`https://api.numbers.example${path}`, {
      method,
      headers,
      ...(body !== undefined && { body }),
    })
    const text = await response.text()
    return `${response.status} ${response.status < 400 ? text : (JSON.parse(text) as { detail: string }).detail}`
  }
}

test('an id of 64 bits comes back as it was sent, alone, in a list and deeper', async () => {
  const call = caller()
  const item = `{"id":${LARGE},"parent":{"id":${LARGE}}}`
  expect(await call('POST', '/items', item)).toBe(`201 ${item}`)
  expect(await call('GET', `/items/${LARGE}`)).toBe(`200 ${item}`)
  expect(await call('GET', '/items')).toBe(`200 [${item}]`)
  expect(await call('GET', '/items/9007199254740992')).toMatch(/^404 /)
})

test('a snapshot that was kept in a file has it as it was sent', async () => {
  const mock = frozenMock({ vendors: ['test/fixtures/media/numbers.yaml'] })
  const item = `{"id":${LARGE},"parent":{"id":${LARGE}}}`
  const url = 'https://api.numbers.example/items'
  await mock.fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body: item })
  const kept = JSON.stringify(mock.snapshot())
  mock.reset()
  mock.restore(JSON.parse(kept) as Snapshot)
  expect(await (await mock.fetch(url)).text()).toBe(`[${item}]`)
})

test('it can be reckoned with', async () => {
  expect(await caller()('POST', '/next', `{"id":${LARGE}}`)).toBe(`200 {"next":9007199254740994,"same":${LARGE}}`)
})

test('it is an integer, with bounds, and nothing else', async () => {
  const call = caller()
  expect(await call('POST', '/small', `{"n":${LARGE}}`)).toBe('400 n must be at most 10')
  expect(await call('POST', '/small', `{"i":${LARGE}}`)).toBe('400 i must be a valid int32')
  expect(await call('POST', '/small', `{"t":${LARGE}}`)).toBe('400 t must be a string')
  expect(await call('POST', '/items', `{"id":1,"parent":${LARGE}}`)).toBe('400 parent must be an object')
  expect(await call('POST', '/items', `{"id":-${LARGE}}`)).toBe('400 id must be at least 1')
})

test('the journal shows it as it was sent', async () => {
  const mock = frozenMock({ vendors: ['test/fixtures/media/numbers.yaml'] })
  await mock.fetch('https://api.numbers.example/items', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: `{"id":${LARGE}}`,
  })
  expect(JSON.stringify(mock.journal.exchanges())).toContain(LARGE)
})

test('only numbers that JavaScript cannot represent are kept as written', () => {
  expect(parseExactly('[1, 9007199254740991, 9007199254740992, 0.1234567890123456, "12345678901234567890"]')).toEqual([
    1,
    9007199254740991,
    9007199254740992,
    0.1234567890123456,
    '12345678901234567890',
  ])
  expect(JSON.stringify(parseExactly(`[${LARGE}]`))).toBe(`[${LARGE}]`)
  expect(readNumber('5')).toBe(5)
  expect(readNumber('05')).toBeUndefined()
})
