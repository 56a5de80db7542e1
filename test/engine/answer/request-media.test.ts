import { describe, expect, test } from 'vitest'
import { frozenMock } from '../../support/mock/mock.ts'
import { sparring } from '../../support/processes/cli.ts'

const requests = 'test/fixtures/media/requests.yaml'

async function post(path: string, type: string | undefined, body: string): Promise<string> {
  const mock = frozenMock({ vendors: [requests] })
  const response = await mock.fetch(`https://api.requests.example${path}`, {
    method: 'POST',
    headers: type === undefined ? {} : { 'content-type': type },
    // Bytes, since `fetch` names a media type for texts.
    body: new TextEncoder().encode(body),
  })
  const text = await response.text()
  return text === '' ? String(response.status) : `${response.status} ${(JSON.parse(text) as { detail: string }).detail}`
}

describe('a request body', () => {
  test.each([
    ['/two', 'application/json', '{"a":1}', '200'],
    ['/two', 'Application/JSON', '{"a":1}', '200'],
    ['/two', 'application/json', '{"x":1}', '400 a is required'],
    ['/two', 'application/xml', '<r><x/></r>', '200'],
    ['/two', 'application/xml', '<r><y/></r>', '400 x is required'],
    ['/two', undefined, '{"x":1}', '400 a is required'],
    [
      '/two',
      'text/csv',
      'a',
      '415 content-type is text/csv; the operation takes application/xml or application/json; charset=utf-8',
    ],
    ['/ranges', 'application/json', '{"a":1}', '200'],
    ['/ranges', 'application/json', '{"any":1}', '400 a is required'],
    ['/ranges', 'application/vnd.acme+json; v=1', '{"a":1}', '400 acme is required'],
    ['/ranges', 'model/acme+json', '{"a":1}', '400 any is required'],
    ['/ranges', 'text/csv', 'abc', '200'],
    ['/ranges', 'text/csv', 'abcd', '400 the body must have at most 3 characters'],
    ['/versions', 'application/json; version=2', '{"two":1}', '200'],
    ['/versions', 'application/json; version=2', '{"one":1}', '400 two is required'],
    ['/versions', 'application/json', '{"one":1}', '200'],
  ])('to %s as %s is judged by the entry it belongs to: %s is %s', async (path, type, body, answer) => {
    expect(await post(path, type, body)).toBe(answer)
  })

  test('as text/json is JSON', async () => {
    expect(await post('/text-json', 'text/json', '{"a":"x"}')).toBe('200')
    expect(await post('/text-json', 'text/json;charset=utf-8', '{}')).toBe('400 a is required')
    expect(await post('/text-json', 'text/json', '{')).toMatch(/^400 the body is not JSON: /)
  })

  test.each(['text/xml', 'application/xml; charset=utf-8', 'application/soap+xml'])(
    'as %s is judged by a schema of objects',
    async (type) => {
      expect(await post('/objects', type, '<r><a>x</a></r>')).toBe('200')
      expect(await post('/objects', type, '<r/>')).toBe('400 a is required')
      expect(await post('/objects', type, '<r>')).toMatch(/^400 the body is not XML: /)
    },
  )

  test.each(['text/yaml', 'application/yaml', 'text/csv', 'text/plain'])(
    'as %s is not judged by a schema of objects',
    async (type) => {
      expect(await post('/objects', type, '<a/>')).toBe('200')
    },
  )

  test('of XML is judged by a schema of texts, under both names', async () => {
    for (const type of ['text/xml', 'application/xml']) {
      expect(await post('/texts', type, '<a/>')).toBe('200')
      expect(await post('/texts', type, '<abc/>')).toBe('400 the body must have at most 4 characters')
    }
  })

  test('of text is read in its charset, if that is known', async () => {
    for (const [charset, length] of [
      ['iso-8859-1', '200'],
      ['utf-8', '400 the body must have at most 4 characters'],
      ['no-such', '400 the body must have at most 4 characters'],
    ] as const) {
      const mock = frozenMock({ vendors: [requests] })
      const response = await mock.fetch('https://api.requests.example/texts', {
        method: 'POST',
        headers: { 'content-type': `text/xml; charset=${charset}` },
        body: charset === 'iso-8859-1' ? new Uint8Array([0xe4, 0xf6, 0xfc, 0xdf]) : new TextEncoder().encode('äöüßa'),
      })
      expect(
        `${response.status}${response.ok ? '' : ` ${((await response.json()) as { detail: string }).detail}`}`,
      ).toBe(length)
    }
  })

  test('that try makes up is accepted', async () => {
    const { out } = await sparring(['try', requests, 'sendTextJson'])
    expect(out).toContain('content-type: text/json\n\n{\n  "a": "x"\n}')
    expect(out).toContain('=> 200 by handle: sendTextJson')
  })
})
