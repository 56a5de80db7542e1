import { createServer } from 'node:http'

/** The limit of what a node server can do: a constant answer; on POST it reads and parses the body. */
const me = process.argv[2] ?? '{}'
const job = process.argv[3] ?? '{}'
const head = { 'content-type': 'application/json' }

const server = createServer((request, response) => {
  if (request.method !== 'POST') {
    response.writeHead(200, { ...head, 'content-length': Buffer.byteLength(me) })
    response.end(me)
    return
  }
  const chunks: Buffer[] = []
  request.on('data', (chunk: Buffer) => chunks.push(chunk))
  request.on('end', () => {
    JSON.parse(Buffer.concat(chunks).toString('utf8'))
    response.writeHead(202, { ...head, 'content-length': Buffer.byteLength(job) })
    response.end(job)
  })
})

server.listen(0, '127.0.0.1', () => {
  const address = server.address()
  console.log(JSON.stringify({ ready: true, port: typeof address === 'object' ? address?.port : 0 }))
})
