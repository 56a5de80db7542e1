import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, test } from 'vitest'
import { measureDocument, measureFile, type Result } from '../../scripts/documents/measure.ts'
import { below, reasonsOf, tableOf } from '../../scripts/documents/table.ts'

const folder = 'test/fixtures/documents'

/** Measures a document against a server that answers as it is told. */
async function against(file: string, listener: RequestListener): Promise<Result[]> {
  const server = createServer(listener).listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  try {
    return await measureDocument(file, { port: (server.address() as AddressInfo).port, hasBase: true })
  } finally {
    server.closeAllConnections()
    server.close()
  }
}

const documents = [
  'answers.yaml',
  'apis/chat.yaml',
  'apis/cluster.json',
  'apis/code-host.yaml',
  'apis/drive.yaml',
  'apis/messages.yaml',
  'apis/models.yaml',
  'apis/payments.yaml',
  'apis/records.yaml',
  'apis/shop.yaml',
  'apis/storage.yaml',
  'bodies.yaml',
  'features.yaml',
  'flaws.yaml',
  'new.yaml',
  'old.yaml',
  'parcels/openapi.yaml',
  'shapes.yaml',
  'styles.yaml',
  'swagger.json',
]

test.each(documents)(
  'every operation of %s answers as documented, to requests with required fields and with all',
  async (name) => {
    const { results } = await measureFile(`${folder}/${name}`, name, undefined)
    expect(results.length).toBeGreaterThan(5)
    expect(results.filter(({ outcome }) => outcome !== 'valid')).toEqual([])
  },
)

test('Ajv judges answers: invalid ones, refusals without reason, and failures', async () => {
  const results = await against(`${folder}/old.yaml`, (request, response) => {
    const isOne = request.url !== '/v2/orders'
    const status = request.method === 'DELETE' ? 404 : request.method === 'POST' ? 500 : 200
    response.writeHead(status, { 'content-type': 'application/json' })
    response.end(isOne ? '{}' : '[{"id":1,"total":0,"note":null,"ships":{"kind":"parcel"}}]')
  })
  const shown = results.map(({ operation, measure, outcome, reason }) => [operation, measure, outcome, reason])
  expect(shown.slice(0, 4)).toEqual([
    ['GET /orders', 'required', 'invalid', expect.stringMatching(/^\/0\/total must be > 0 /)],
    ['POST /orders', 'required', 'error', expect.stringMatching(/^POST \/v2\/orders \{"total":.*\} -> 500 /)],
    ['GET /orders/{order-id}', 'required', 'invalid', expect.stringMatching(/^header etag is missing: /)],
    ['DELETE /orders/{order-id}', 'required', 'refused', 'DELETE /v2/orders/1  -> 404 {}'],
  ])
})

test('requests give what is required, or all, with the host, the path and the key that the document names', async () => {
  const seen: unknown[] = []
  await against(`${folder}/old.yaml`, (request, response) => {
    const { method, url, headers } = request
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      if (method === 'POST')
        seen.push([url, headers.host, headers.authorization, JSON.parse(String(Buffer.concat(chunks)))])
      response.end()
    })
  })
  const authorization = 'Basic YS1rZXktb2YtbWluZTpzZWNyZXQ='
  expect(seen).toEqual([
    ['/v2/orders', 'eu.old.example', authorization, { total: 1, note: 'abc', ships: { kind: 'Ship' } }],
    [
      '/v2/orders?page=1',
      'eu.old.example',
      authorization,
      {
        total: 1,
        note: 'abc',
        ships: { kind: 'Ship' },
        state: 'open',
        notify: 'https://parcels.example/a',
        buyer: { name: 'abc' },
      },
    ],
  ])
})

test('a document that is not served fails in each of its operations', async () => {
  const results = await measureDocument(`${folder}/swagger.json`, 'it is not served')
  expect(results.filter(({ measure }) => measure === 'all')).toEqual(
    ['GET /parcels', 'POST /parcels', 'GET /parcels/{id}', 'PATCH /parcels/{id}', 'POST /photos'].map((operation) => ({
      operation,
      measure: 'all',
      outcome: 'error',
      reason: 'it is not served',
    })),
  )
})

const rows = [
  {
    document: 'a.yaml',
    loaded: 12,
    results: (['valid', 'valid', 'valid', 'refused', 'impossible'] as const).flatMap((outcome, index): Result[] => [
      {
        operation: `GET /${index}`,
        measure: 'required',
        outcome,
        ...(outcome === 'refused' && { reason: 'for\n  nothing' }),
      },
      { operation: `GET /${index}`, measure: 'all', outcome: 'valid' },
    ]),
  },
]

test('the table counts both kinds of requests, and the reasons stand a line each', () => {
  expect(
    tableOf(rows)
      .split('\n')
      .map((line) => line.split(/ {2,}/)),
  ).toEqual([
    ['document', 'loaded', 'operations', 'valid', 'invalid', 'error', 'refused', 'impossible'],
    ['a.yaml', '12 ms', '5', '3/5', '0/0', '0/0', '1/0', '1/0'],
    ['all', '5', '3/5', '0/0', '0/0', '1/0', '1/0'],
  ])
  expect(reasonsOf(rows)).toBe(
    'a.yaml: refused: GET /3 (required): for nothing\na.yaml: impossible: GET /4 (required): undefined',
  )
})

test('a floor counts what could be asked, each kind of requests by itself', () => {
  expect(below(rows, [75, 100])).toEqual([])
  expect(below(rows, [75.1, 100])).toEqual(['Only 75.00 % are valid where 75.1 % must be: required.'])
})
