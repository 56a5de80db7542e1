// Your application's receiver of webhooks, on a port of its own: prints the port, then a line a webhook.
import { createHmac } from 'node:crypto'
import { createServer } from 'node:http'

const server = createServer(async (request, response) => {
  const body = (await request.toArray()).join('')
  const expected = createHmac('sha256', process.argv[2]).update(body).digest('hex')
  const known = request.headers['x-seekapi-signature'] === expected
  console.log(known ? JSON.parse(body).event : 'forged')
  response.writeHead(known ? 200 : 401).end()
})
server.listen(0, '127.0.0.1', () => console.log(server.address().port))
