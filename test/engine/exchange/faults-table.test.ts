import { readFileSync } from 'node:fs'
import http from 'node:http'
import https from 'node:https'
import type { Mock } from 'sparring'
import { Agent, request as undiciRequest } from 'undici'
import { expect, onTestFinished, test } from 'vitest'
import { intercept } from '../../support/mock/msw.ts'
import { serveMock } from '../../../mocks/connect/server/start-server.ts'
import { assembledOf, frozenMock, toServer } from '../../support/mock/mock.ts'
import { SEEK, SEEK_KEY } from '../../support/vendors/seek.ts'

/** The way a client meets the mock, and what it can be told of an answer. */
interface Column {
  readonly name: string
  readonly open: (mock: Mock) => Promise<(signal: AbortSignal) => Promise<string>>
}

const headers = { 'x-api-key': SEEK_KEY }
const url = `${SEEK}/me`
const LENGTH = 181

const COLUMNS: readonly Column[] = [
  { name: 'server: fetch', open: async (mock) => viaFetch(fetch, await listen(mock)) },
  { name: 'server: undici', open: async (mock) => viaUndici(await listen(mock)) },
  { name: 'server: node:http', open: async (mock) => viaNode(await listen(mock)) },
  { name: '`mock.fetch`', open: async (mock) => viaFetch(mock.fetch, url) },
  { name: 'MSW: fetch', open: async (mock) => (intercept(...mock.handlers), viaFetch(fetch, url)) },
  { name: 'MSW: node:http', open: async (mock) => (intercept(...mock.handlers), viaNode(url)) },
]

const rows = readRows()

test('the page has a column for every way in, and a row for every fault', () => {
  expect(rows.columns).toEqual(COLUMNS.map(({ name }) => name))
  const schema = readFileSync(new URL('../../../scenarios/scenario.schema.json', import.meta.url), 'utf8')
  const { $defs } = JSON.parse(schema) as { $defs: { fault: { enum: string[] } } }
  expect([...new Set(rows.faults.map(({ fault }) => fault))]).toEqual($defs.fault.enum)
})

const cells = rows.faults.flatMap((row) =>
  COLUMNS.map((column, index) => ({ ...row, column, cell: row.cells[index]! })),
)

test.each(cells)('$label looks as the page says: $column.name', async ({ then, column, cell }) => {
  const mock = frozenMock({ vendors: ['seek'] })
  mock.play('seek/happy-path', { rules: [{ when: { call: 1 }, then: then as never, at: 'reply' }] })
  const send = await column.open(mock)
  const leaving = new AbortController()
  const seen = send(leaving.signal)
  const isHeld = then.fault === 'hang' || then.fault === 'slow-body'
  if (isHeld) {
    await mock.settled({ held: 1 })
    expect(mock.held()).toMatchObject([{ operation: 'getMe', reason: then.fault }])
    await mock.clock.advance('30s')
    if (then.fault === 'hang' && then.for === undefined) leaving.abort()
  }
  expect(await seen).toBe(cell)
  await mock.settled({ held: 0 })
  expect(mock.journal.exchanges()[0]!.fault).toBe(then.fault)
  // Whatever happened, the next request is answered.
  expect(await send(new AbortController().signal)).toBe('200, all of it')
})

async function listen(mock: Mock): Promise<string> {
  const server = await serveMock(assembledOf(mock), { port: 0 })
  onTestFinished(() => server.close())
  return toServer(url, server.url)
}

function viaFetch(send: typeof fetch | Mock['fetch'], to: string) {
  return (signal: AbortSignal) =>
    told(async (answered) => {
      const response = await send(to, { headers, signal })
      answered(response.status)
      return (await response.arrayBuffer()).byteLength
    })
}

function viaUndici(to: string) {
  const dispatcher = new Agent({ connections: 1, pipelining: 1 })
  onTestFinished(() => dispatcher.destroy())
  return (signal: AbortSignal) =>
    told(async (answered) => {
      const { statusCode, body } = await undiciRequest(to, { headers, signal, dispatcher })
      answered(statusCode)
      return (await body.arrayBuffer()).byteLength
    })
}

function viaNode(to: string) {
  const { request } = to.startsWith('https') ? https : http
  return (signal: AbortSignal) =>
    told(
      (answered) =>
        new Promise((resolve, reject) => {
          const sent = request(to, { headers, signal }, (response) => {
            let length = 0
            answered(response.statusCode!)
            response.on('data', (chunk: Buffer) => (length += chunk.byteLength))
            response.on('error', reject)
            response.on('end', () => resolve(length))
          })
          sent.on('error', reject)
          sent.end()
        }),
    )
}

/** One exchange in the words of the page. */
async function told(exchange: (answered: (status: number) => void) => Promise<number>): Promise<string> {
  let status: number | undefined
  try {
    const length = await exchange((answered) => (status = answered))
    return `${status}, ${length === LENGTH ? 'all of it' : `${length} bytes of ${LENGTH}`}`
  } catch (error) {
    const name = `\`${nameOf(error as Failure)}\``
    return status === undefined ? name : `${status}, then ${name}`
  }
}

interface Failure extends Error {
  readonly code?: string
  readonly cause?: Failure
}

/** The code of what went wrong, or its name: of the cause if there is one. */
function nameOf(error: Failure): string {
  if (error.name === 'AbortError') return error.name
  // MSW gives the failed Response itself for a cause.
  const cause = error.cause instanceof Error ? error.cause : error
  return cause.code ?? (cause.name === 'Error' || cause.name === 'TypeError' ? cause.message : cause.name)
}

interface Outcome {
  readonly fault: string
  readonly for?: string
  readonly by?: number
}

function readRows() {
  const page = readFileSync(new URL('../../../docs/faults.md', import.meta.url), 'utf8')
  const table = /<!-- faults -->\n+((?:\|.*\n)+)/.exec(page)![1]!
  const [head, , ...lines] = table
    .trim()
    .split('\n')
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    )
  const faults = lines.map(([label, ...cells]) => {
    const [fault, setting] = [...label!.matchAll(/`([^`]+)`/g)].map((match) => match[1]!) as [string, string?]
    const [name, value] = setting?.split(': ') ?? []
    const own = name === undefined ? {} : { [name]: name === 'by' ? Number(value) : value }
    return { label, fault, then: { fault, ...own } as Outcome, cells }
  })
  return { columns: head!.slice(1), faults }
}
