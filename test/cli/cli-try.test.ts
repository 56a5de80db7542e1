import { expect, test } from 'vitest'
import { run } from '../../mocks/cli/run.ts'
import { curl } from '../../mocks/cli/try/curl.ts'
import { acme, good } from '../fixtures/cli/acme.ts'
import { project, sparring, spawned } from '../support/processes/cli.ts'

const frozen = `${good}clock: { at: 2026-03-16T10:00:00Z }
`

test('tries an operation and prints request, answers, explanations and a line for a shell', async () => {
  const cwd = project({ 'acme.yaml': acme, 'scenarios/acme/good.yaml': frozen })
  const args = ['try', './acme.yaml', 'getThing', '--scenario', 'acme/good']
  expect(await spawned([...args, '--times', '3'], { cwd })).toEqual({
    code: 0,
    err: '',
    out: `GET https://api.acme.example/v2/things/bolt
authorization: Bearer ak_sparring00main

(thing_id is the first that fits of things; --param thing_id=… sets another)

#1 200 OK
content-type: application/json

{
  "id": "bolt",
  "size": 3
}

=> 200 by handle: getThing

#2 200 OK
content-type: application/json

{
  "id": "bolt",
  "size": 3
}

=> 200 by handle: getThing

#3 429 Too Many Requests
content-type: application/json

{
  "error": "wait"
}

=> 429 by limit (TooMany#wait): limit rate: 2 of 2 used; the next passes in 60000 ms

The same while "sparring serve ./acme.yaml --scenario acme/good" runs:
curl http://127.0.0.1:4010/acme/v2/things/bolt -H 'authorization: Bearer ak_sparring00main'
`,
  })
})

test('takes parameters, bodies and keys from the command line, and variables where an option is absent', async () => {
  const cwd = project({ 'acme.yaml': acme, 'body.json': '{"size":7}', 'scenarios/acme/good.yaml': good })
  const tried = async (args: readonly string[], env = {}): Promise<Tried> =>
    JSON.parse(
      (await sparring(['try', './acme.yaml', ...args], { cwd, env: { SPARRING_JSON: '1', ...env } })).out,
    ) as Tried
  const made = await tried(['putThing', '--param', 'thing_id=nut'])
  expect(made.request).toMatchObject({
    method: 'PUT',
    url: 'https://api.acme.example/v2/things/nut',
    body: '{"size":7}',
  })
  expect(made.answers).toMatchObject([
    { status: 200, body: '{"id":"nut","size":7}', explanation: '200 by handle: putThing' },
  ])
  expect((await tried(['putThing', '--body', '@body.json'])).request.body).toBe('{"size":7}')
  const wrong = await tried(['putThing', '--body', '{"size":1}'], {
    SPARRING_PARAM: 'thing_id=nut',
    SPARRING_TIMES: '2',
  })
  expect(wrong.answers.map(({ explanation }) => explanation)).toEqual(
    Array(2).fill('400 by validate: size must be one of 7'),
  )
  const revoked = await tried(['getThing', '--credential', 'revoked'], { SPARRING_CREDENTIAL: 'active' })
  expect(revoked.request.headers['authorization']).toBe('Bearer ak_sparring00revoked')
  expect(revoked.answers[0]!.status).toBe(401)
  expect((await tried(['getThing', '--credential', 'none'])).request.headers).toEqual({})
})

interface Tried {
  readonly request: { readonly url: string; readonly headers: Readonly<Record<string, string>>; readonly body?: string }
  readonly answers: ReadonlyArray<{ readonly status: number | null; readonly explanation: string }>
}

/** The outcomes of a try: `202`, `402`. */
async function outcomes(...args: string[]): Promise<string[]> {
  const { code, out, err } = await sparring(['try', ...args, '--json'])
  expect({ code, err }).toEqual({ code: 0, err: '' })
  return (JSON.parse(out) as Tried).answers.map(({ explanation }) => explanation)
}

test("reaches both of Seal's limits: the rate limit and the concurrency limit", async () => {
  const inMinute = await outcomes('seal', 'getEntity', '--scenario', 'seal/request-rate', '--times', '4')
  expect(inMinute.slice(0, 3)).toEqual(Array(3).fill('200 by handle: getEntity'))
  expect(inMinute[3]).toBe(
    '429 by limit (TooManyRequests#rate): limit request-rate: 3 of 3 used; the next passes in 60000 ms',
  )
  const inFlight = await outcomes('seal', 'getEntity', '--scenario', 'seal/concurrency', '--times', '3', '--parallel')
  expect(inFlight.slice(0, 2)).toEqual(Array(2).fill('200 by handle: getEntity; held for 300ms'))
  expect(inFlight[2]).toMatch(/^429 by limit \(TooManyRequests#concurrency\): limit concurrency: 2 of 2 used/)
})

test("submits jobs with a body that the worker's own schema allows, until the credits are gone", async () => {
  const answers = await outcomes('seek', 'submitJob', '--scenario', 'seek/out-of-credits', '--times', '3')
  expect(answers.slice(0, 2)).toEqual([
    expect.stringMatching(/^202 by handle: job_/),
    expect.stringMatching(/^202 by handle: job_/),
  ])
  expect(answers[2]).toMatch(/^402 by charge \(PaymentRequired#credits\): the job costs 5 credits and 0 are available/)
  expect(await outcomes('seek', 'submitJob', '--param', 'worker_id=text-summarizer')).toEqual([
    expect.stringMatching(/^202 by handle: job_/),
  ])
})

test('starts a job first for an operation that needs one', async () => {
  const { out } = await sparring(['try', 'seek', 'getJob'])
  expect(out).toMatch(/^GET https:\/\/api\.seek-api\.com\/v1\/jobs\/(job_[0-9a-f]{12})\n/)
  expect(out).toContain('(job_uuid: submitJob was sent first and gave 202; --param job_uuid=… sets another)')
  expect(out).toMatch(/=> 200 by handle: job_/)
})

test('prints a fault', async () => {
  const { code, out } = await sparring(['try', 'seek', 'getMe', '--scenario', 'seek/connection-reset'])
  expect(code).toBe(0)
  expect(out).toContain('\nno answer: connection-reset\n')
})

test.each([
  ['hang', 'submitJob', 'no answer: hang', 'hang by reply, rule 1 of seek/hang'],
  ['truncated-answer', 'submitJob', '202 Accepted, with truncate', '202 with truncate by handle, rule 1'],
  ['slow-body', 'listWorkers', '200 OK, with slow-body', '200 with slow-body by handle, rule 1'],
])('prints what is wrong with an answer: %s', async (scenario, operation, status, explanation) => {
  const { code, out } = await sparring(['try', 'seek', operation, '--scenario', `seek/${scenario}`])
  expect(code).toBe(0)
  expect(out).toContain(`\n${status}\n`)
  expect(out).toContain(`=> ${explanation}`)
})

test('builds a request that passes for every operation of the package', async () => {
  // In this process: a child for each would take long.
  const written: string[] = []
  const plain = (_: string, text: string): string => text
  const print = {
    out: (text: string) => void written.push(text),
    err: (text: string) => void written.push(text),
    progress: () => {},
    paint: plain,
    paintErr: plain,
    stdio: 'inherit',
  } as const
  for (const vendor of ['seal', 'seek']) {
    expect(await run(['vendors', vendor, '--json'], {}, print)).toBe(0)
    const { operations } = JSON.parse(written.pop()!) as { operations: Array<{ id: string }> }
    for (const { id } of operations) {
      expect(await run(['try', vendor, id, '--json'], {}, print)).toBe(0)
      const { answers } = JSON.parse(written.pop()!) as Tried
      expect({ id, answers }).toEqual({
        id,
        answers: [expect.objectContaining({ explanation: expect.stringMatching(/^20\d by /) })],
      })
    }
  }
})

test('says that fetch sends no body with a GET, and the line for a shell has it', async () => {
  const cwd = project({
    'search.yaml': `openapi: 3.1.0
info: { title: Search, version: '1' }
servers: [{ url: https://search.example }]
security: [{ key: [] }]
components: { securitySchemes: { key: { type: apiKey, in: query, name: key } } }
paths:
  /search:
    get:
      operationId: search
      parameters: [{ name: key, in: query, required: true, schema: { type: string } }]
      requestBody: { content: { application/json: { schema: { type: object, required: [q], properties: { q: { const: a } } } } } }
      responses: { '200': { description: Found., content: { application/csv: { schema: { type: object, properties: { a: { const: 1 } } } } } } }
`,
  })
  const { code, out } = await sparring(['try', './search.yaml', 'search'], { cwd })
  expect(code).toBe(0)
  expect(out).toMatch(/\n200 OK\ncontent-type: application\/csv\n\na\r?\n1\r?\n/)
  expect(out).not.toContain('key is made up')
  expect(out).toContain('(fetch sends no body with GET, so it is left out)')
  expect(out).toMatch(
    /\ncurl -X GET 'http:\/\/127\.0\.0\.1:4010\/search\/search\?key=[^&']+' -H 'content-type: application\/json' -d '{"q":"a"}'/,
  )
})

test('asks curl for a HEAD as curl wants it', () => {
  const request = { method: 'HEAD', origin: '', path: '/things', headers: [], body: '{}', notes: [] }
  expect(curl(request, 'http://127.0.0.1:4010/acme')).toBe('curl --head http://127.0.0.1:4010/acme/things')
})
