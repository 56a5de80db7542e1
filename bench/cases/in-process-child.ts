import { setImmediate as nextTurn } from 'node:timers/promises'
import { getResponse, http, HttpResponse } from 'msw'
import { setupServer } from 'msw/node'
import { createMock } from '../../mocks/index.ts'
import { inTurn } from '../measure/turns.ts'
import { ME } from '../peers/peers.ts'

/**
 * Measures calls in one process, in turn: `in-process-child.ts WAY ROUNDS MS` prints µs a call of both sides, one figure a round.
 * A process for each way, since what runs first shapes what the optimiser makes of the rest.
 */
const [way = 'fetch', rounds = '5', ms = '500'] = process.argv.slice(2)
const url = 'https://api.seek-api.com/v1/me'
const headers = { 'x-api-key': 'sk_live_bench' }

const LIMIT = 1_000_000
let count = 0
/** What somebody writes who mocks this call by hand. */
const byHand = (request: Request): Response => {
  if (request.headers.get('x-api-key') === null) return HttpResponse.json({ error: 'unauthorized' }, { status: 401 })
  if (++count > LIMIT) count = 0
  return new HttpResponse(ME, {
    status: 200,
    headers: { 'content-type': 'application/json', 'x-ratelimit-remaining': String(LIMIT - count) },
  })
}
const handlers = [http.get(url, ({ request }) => byHand(request))]
const mock = createMock({ vendors: ['seek'] })
mock.play('seek/happy-path', { accounts: { default: { plan: 'enterprise' } } })

type Call = () => Promise<unknown>

const ways: Readonly<Record<string, () => Promise<Readonly<Record<'sparring' | 'by hand', Call>>>>> = {
  fetch: () =>
    Promise.resolve({
      sparring: async () => (await mock.fetch(new Request(url, { headers }))).text(),
      'by hand': async () => (await Promise.resolve(byHand(new Request(url, { headers })))).text(),
    }),
  response: () =>
    Promise.resolve({
      sparring: async () => (await getResponse([...mock.handlers], new Request(url, { headers })))!.text(),
      'by hand': async () => (await getResponse(handlers, new Request(url, { headers })))!.text(),
    }),
  server: async () => {
    const server = setupServer()
    server.listen()
    const call: Call = async () => (await fetch(url, { headers })).text()
    const under = (own: Parameters<typeof server.use>): Call => {
      return async () => {
        if (current !== own) {
          server.resetHandlers(...own)
          current = own
        }
        return call()
      }
    }
    let current: Parameters<typeof server.use> | undefined
    return Promise.resolve({ sparring: under([...mock.handlers]), 'by hand': under(handlers) })
  },
}

const sides = await ways[way]!()
const entries = Object.entries(sides)
const samples = Object.fromEntries(entries.map(([name]) => [name, [] as number[]]))
for (const [, call] of entries) await during(call, Number(ms) * 2)
for (let round = 0; round < Number(rounds); round++) {
  for (const [name, call] of inTurn(entries, round)) samples[name]!.push(await during(call, Number(ms)))
}
console.log(JSON.stringify(samples))
process.exit()

/** µs of the processor's time that one call takes: nothing else runs in this process, and others do not lengthen it. */
async function during(call: Call, time: number): Promise<number> {
  const until = performance.now() + time
  const used = process.cpuUsage()
  let calls = 0
  while (performance.now() < until) {
    for (let index = 0; index < 20; index++, calls++) await call()
    // Answers in process take no turn of the event loop, without which Node frees no signal of a request.
    await nextTurn()
  }
  const { user, system } = process.cpuUsage(used)
  return (user + system) / calls
}
