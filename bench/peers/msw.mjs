import { createServer } from 'node:http'
import { getResponse, http, HttpResponse } from 'msw'
import { announce, readMe, submit } from './by-hand.mjs'

/** `node:http`, and MSW with handlers written by hand behind it, as a server of its handlers is built. */
const me = JSON.parse(process.argv[2])
const answer = ({ status, headers, body }) => HttpResponse.json(body, { status, headers })
const handlers = [
  http.get('http://127.0.0.1/v1/me', ({ request }) => answer(readMe(request.headers.get('x-api-key'), me))),
  http.post('http://127.0.0.1/v1/workers/:worker/jobs', async ({ request }) =>
    answer(submit(request.headers.get('x-api-key'), await request.json())),
  ),
]

const server = createServer(async (incoming, outgoing) => {
  const body = incoming.method === 'GET' ? undefined : incoming
  const request = new Request(`http://127.0.0.1${incoming.url}`, {
    method: incoming.method,
    headers: incoming.headers,
    body,
    duplex: 'half',
  })
  const response = await getResponse(handlers, request)
  if (!response) {
    outgoing.writeHead(404).end()
    return
  }
  const bytes = Buffer.from(await response.arrayBuffer())
  outgoing.writeHead(response.status, { ...Object.fromEntries(response.headers), 'content-length': bytes.length })
  outgoing.end(bytes)
})
server.listen(0, '127.0.0.1', () => announce(server.address().port))
