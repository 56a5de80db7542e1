import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'

// Stands for your own development server.
createServer((_, response) => {
  response.setHeader('content-type', 'text/html')
  response.end(readFileSync(new URL('index.html', import.meta.url)))
}).listen(4173, '127.0.0.1')
