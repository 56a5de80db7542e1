import { expect, test } from 'vitest'
import { intercept } from '../../support/mock/msw.ts'
import { serveMock } from '../../../mocks/connect/server/start-server.ts'
import type { Asked } from '../../fixtures/browser/page.ts'
import { assembledOf, frozenMock } from '../../support/mock/mock.ts'
import { requestsOf } from '../../support/mock/requests.ts'
import { send } from '../../support/server/server.ts'

const PARCELS = 'test/fixtures/http/parcels.yaml'

interface Seen {
  readonly status: number
  readonly headers: ReadonlyArray<readonly [name: string, value: string]>
  readonly body: string
}

/** What goes from hop to hop is no part of an answer. */
const HOP = /^(?:connection|keep-alive|transfer-encoding)$/

/** The client's own address of the vendor stands in some answers, and their length follows from it; in others the vendor's. */
function neutral(seen: Seen, host: string): Seen {
  const bases = [`http://${host}`, `https://${host}`]
  const all = seen.body + JSON.stringify(seen.headers)
  if (!bases.some((base) => all.includes(base))) return seen
  const text = (value: string): string => bases.reduce((left, base) => left.replaceAll(base, 'BASE'), value)
  return {
    ...seen,
    headers: seen.headers
      .filter(([name]) => name !== 'content-length')
      .map(([name, value]) => [name, text(value)] as const),
    body: text(seen.body),
  }
}

async function overFetch(ask: (request: Request) => Promise<Response>, asked: Asked): Promise<Seen> {
  const { url, method, headers, body } = asked
  const answer = await ask(
    new Request(url, { method, headers, redirect: 'manual', ...(body !== undefined && { body }) }),
  )
  const seen = {
    status: answer.status,
    headers: [...answer.headers].filter(([name]) => !HOP.test(name)),
    body: Buffer.from(await answer.arrayBuffer()).toString('latin1'),
  }
  return neutral(seen, new URL(url).host)
}

async function overSocket(port: number, asked: Asked): Promise<Seen> {
  const { pathname, search, host } = new URL(asked.url)
  const { method, headers, body } = asked
  const answer = await send(port, pathname + search, {
    method,
    // Node frames the body of a DELETE only where its length is given.
    headers: { ...headers, host, ...(body !== undefined && { 'content-length': String(Buffer.byteLength(body)) }) },
    ...(body !== undefined && { body }),
  })
  const fields = new Headers()
  for (let index = 0; index < answer.rawHeaders.length; index += 2) {
    fields.append(answer.rawHeaders[index]!, answer.rawHeaders[index + 1]!)
  }
  const seen = {
    status: answer.status,
    headers: [...fields].filter(([name]) => !HOP.test(name)),
    body: Buffer.from(answer.body).toString('latin1'),
  }
  return neutral(seen, host)
}

/** More than what passes: other methods of each path, and what a browser adds. */
function withOthers(requests: readonly Asked[]): Asked[] {
  const [first] = requests
  const more = requests
    .filter(({ method }) => method === 'GET')
    .flatMap((asked) => [
      { ...asked, method: 'HEAD' },
      { ...asked, method: 'OPTIONS' },
      { ...asked, method: 'PURGE' },
      { ...asked, headers: { ...asked.headers, origin: 'https://app.example' } },
    ])
  return [...requests, ...more.slice(0, 40), { ...first!, url: `${new URL(first!.url).origin}/nowhere` }]
}

test.each(['seek', 'seal', 'seamless', 'seclai', 'sequentum', PARCELS])(
  'the same request has the same answer through every entry point, header by header: %s',
  async (vendor) => {
    const requests = withOthers(requestsOf(vendor))
    const open = () => frozenMock({ vendors: [vendor], seed: 7 })
    const each = async (ask: (asked: Asked) => Promise<Seen>): Promise<unknown[]> => {
      const seen: unknown[] = []
      for (const asked of requests) seen.push([`${asked.method} ${asked.url}`, await ask(asked)])
      return seen
    }
    const server = await serveMock(assembledOf(open()), { port: 0 })
    const there = await each((asked) => overSocket(server.port, asked))
    await server.close()
    const mock = open()
    expect(await each((asked) => overFetch((request) => mock.fetch(request), asked))).toEqual(there)
    intercept(...open().handlers)
    expect(await each((asked) => overFetch((request) => fetch(request), asked))).toEqual(there)
  },
  120_000,
)
