import { createServer, type ServerResponse } from 'node:http'

/**
 * The limit of what a server of Node can do: it looks at nothing but the method, reads and parses what is posted, and
 * answers a constant. `bare.ts '{"GET":[200,"{}"],"POST":[202,"{}"],"events":0}'`; with events it answers a POST by so many
 * of them, as a stream that somebody has written by hand.
 */
interface Answers {
  readonly GET?: readonly [status: number, body: string]
  readonly POST?: readonly [status: number, body: string]
  readonly events?: number
}

const answers = JSON.parse(process.argv[2] ?? '{}') as Answers
const [getStatus, getBody] = answers.GET ?? [200, '{}']
const [postStatus, postBody] = answers.POST ?? [200, '{}']
const type = { 'content-type': 'application/json' }
const getHead = { ...type, 'content-length': Buffer.byteLength(getBody) }
const postHead = { ...type, 'content-length': Buffer.byteLength(postBody) }

const server = createServer((request, response) => {
  if (request.method !== 'POST') {
    response.writeHead(getStatus, getHead)
    response.end(getBody)
    return
  }
  const chunks: Buffer[] = []
  request.on('data', (chunk: Buffer) => chunks.push(chunk))
  request.on('end', () => {
    if (answers.events) return stream(response, answers.events)
    const body = Buffer.concat(chunks)
    if (request.headers['content-type'] === 'application/json') JSON.parse(body.toString('utf8'))
    response.writeHead(postStatus, postHead)
    return response.end(postBody)
  })
})

function stream(response: ServerResponse, events: number): void {
  response.writeHead(200, { 'content-type': 'text/event-stream' })
  for (let index = 0; index < events; index++)
    response.write(`event: step\nid: ${index}\ndata: ${JSON.stringify({ step: index + 1 })}\n\n`)
  response.end('event: done\ndata: {"state":"done"}\n\n')
}

server.listen(0, '127.0.0.1', () => {
  const address = server.address()
  console.log(JSON.stringify({ port: typeof address === 'object' ? address?.port : 0 }))
})
