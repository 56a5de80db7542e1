import { createMock } from 'sparring'
import { describe, expect, test } from 'vitest'
import { ENTRY_POINTS, frozenMock, openEntry } from '../../support/mock/mock.ts'
import { open, send } from '../../support/server/server.ts'
import { project, sparring } from '../../support/processes/cli.ts'

const headers = 'test/fixtures/media/headers.yaml'

/** Fields of one name as they went over the wire. */
function fields(raw: readonly string[], name: string): string[] {
  return raw.filter((_, index) => index % 2 === 1 && raw[index - 1]!.toLowerCase() === name)
}

describe.each(ENTRY_POINTS)('$name', (entry) => {
  test('sends a header that a test lists as often as the list is long', async () => {
    const mock = frozenMock({ vendors: [headers] })
    mock.on('headers', 'getCookies', () => ({ headers: { 'Set-Cookie': ['a=1', 'b=2'] }, body: {} }))
    const fetch = await openEntry(entry, mock)
    const response = await fetch(new Request('https://api.headers.example/cookies'))
    expect([response.status, response.headers.getSetCookie()]).toEqual([200, ['a=1', 'b=2']])
  })
})

describe('a header that is a list', () => {
  test('is sent so by scenarios: in an answer written out, and laid over one that comes', async () => {
    const mock = frozenMock({ vendors: [headers] })
    const cookies = async (then: object): Promise<readonly string[]> => {
      mock.play([], { rules: [{ when: { operation: 'getCookies' }, then }] })
      return (await mock.fetch('https://api.headers.example/cookies')).headers.getSetCookie()
    }
    expect(await cookies({ headers: { 'Set-Cookie': ['a=1', 'b={$request.pathname}'] } })).toEqual([
      'a=1',
      'b=/cookies',
    ])
    expect(await cookies({ answer: { status: 200, headers: { 'set-cookie': ['c=1', 'd=2'] }, body: {} } })).toEqual([
      'c=1',
      'd=2',
    ])
  })

  test('takes the place of the fields that were there', async () => {
    const mock = frozenMock({ vendors: [headers] })
    const then = { error: 403, headers: { 'Set-Cookie': ['c=3', 'd=4', 'e=5'] } }
    mock.play([], { rules: [{ when: { operation: 'getCookies' }, then }] })
    const response = await mock.fetch('https://api.headers.example/cookies')
    expect([response.status, response.headers.getSetCookie()]).toEqual([403, ['c=3', 'd=4', 'e=5']])
  })

  test('is sent so by examples and by the headers of answers at large', async () => {
    const mock = frozenMock({ vendors: [headers] })
    const response = await mock.fetch('https://api.headers.example/cookies', { headers: { prefer: 'code=403' } })
    expect(response.headers.getSetCookie()).toEqual(['a=1', 'b=/cookies'])
    const large = await mock.fetch('https://api.headers.example/cookies')
    expect(large.headers.get('link')).toBe('</a>; rel=a, /cookies')
  })

  test('is two fields on the wire', async () => {
    const server = await open({ vendors: [headers] })
    const answer = await send(server.port, '/headers/cookies', { headers: { prefer: 'code=403' } })
    expect(fields(answer.rawHeaders, 'set-cookie')).toEqual(['a=1', 'b=/cookies'])
  })

  test('may not be empty, nor hold what is no header', async () => {
    const dir = project({
      'own.scenario.yaml':
        'title: t\nvendor: seek\nrules:\n  - then: { headers: { X-A: [], X-B: [{ a: 1 }] }, offContract: r }\n  - then: { answer: { status: 200, headers: { X-C: [] } } }\n',
    })
    const { out } = await sparring(['check', 'own.scenario.yaml'], { cwd: dir })
    expect(out).toContain('"X-A" must be a text, a number, true, false, null or a list; got an empty list.')
    expect(out).toContain('"X-B[0]" must be a text, a number or true or false; got the map {"a":1}.')
    expect(out).toContain('"X-C" must be a list with at least one entry; got an empty list.')
  })
})

describe('a header that the server makes itself', () => {
  test('is never made up from the document', async () => {
    const server = await open({ vendors: [headers], checkReplies: true })
    const answer = await send(server.port, '/headers/own')
    expect([answer.status, answer.body]).toEqual([200, '{"a":1}'])
    const names = answer.rawHeaders.filter((_, index) => index % 2 === 0).map((name) => name.toLowerCase())
    expect(names.sort()).toEqual(['connection', 'content-length', 'content-type', 'date', 'link', 'link'])
    expect(fields(answer.rawHeaders, 'content-length')).toEqual(['7'])
    expect(fields(answer.rawHeaders, 'content-type')).toEqual(['application/json'])
  })

  test('is refused where it is written: in x-mock, in a scenario, in a test', async () => {
    const message =
      '"Content-Length" is set when the answer is sent. Leave it out; to send a wrong one write "fault: wrong-content-length".'
    const dir = project({
      'openapi.yaml': `openapi: 3.1.0
info: { title: T, version: '1' }
x-mock: { headers: [{ set: { Content-Length: 5 } }] }
paths:
  /a:
    get:
      responses:
        '200':
          description: d
          content: { application/json: { examples: { a: { value: 1, x-mock: { headers: { Content-Length: 5 } } } } } }
`,
    })
    const { out } = await sparring(['check', 'openapi.yaml'], { cwd: dir })
    expect(out.split(message)).toHaveLength(3)
    const mock = createMock({ vendors: [headers] })
    mock.on('headers', 'getOwn', () => ({ headers: { 'Content-Length': '5' } }))
    await expect(mock.fetch('https://api.headers.example/own')).rejects.toThrow(`Failed to answer getOwn: ${message}`)
  })
})

test('an answer has one Content-Type, even if another one is set', async () => {
  const mock = frozenMock({ vendors: [headers] })
  mock.on('headers', 'getOwn', () => ({
    headers: { 'content-type': 'text/plain', 'Content-Type': 'text/csv' },
    body: 'a',
    offContract: 'on purpose',
  }))
  const response = await mock.fetch('https://api.headers.example/own')
  expect(response.headers.get('content-type')).toBe('text/csv')
})

describe('a documented header', () => {
  test('says its value by example, examples, content or schema, and is written in its style', async () => {
    const server = await open({ vendors: [headers], checkReplies: true })
    const answer = await send(server.port, '/headers/values')
    const shown = answer.rawHeaders.flatMap((name, index) =>
      index % 2 === 0 && name.startsWith('X-') ? [`${name}: ${answer.rawHeaders[index + 1]}`] : [],
    )
    expect([answer.status, shown]).toEqual([
      200,
      [
        'X-Example: 42',
        'X-Examples: 44',
        'X-Schema: 45',
        'X-Default: 46',
        'X-Content: {"a":[1]}',
        'X-Content-Schema: {"b":2}',
        'X-List: 7,7',
        'X-Object: a,1,b,x',
        'X-Exploded: a=1,b=x',
        'X-Optional: abc',
        'X-Ref: shared',
      ],
    ])
  })

  test('is sent with an error, too', async () => {
    const mock = frozenMock({ vendors: [headers] })
    mock.play([], { rules: [{ when: { operation: 'getValues' }, then: { error: 409 } }] })
    const response = await mock.fetch('https://api.headers.example/values')
    expect([response.status, response.headers.get('retry-after')]).toEqual([409, '9'])
  })
})
