import { readFileSync } from 'node:fs'
import { serve } from '@hono/node-server'
import { createMockServer } from '@scalar/mock-server'
import { announce } from './by-hand.mjs'

/** Scalar's mock server, of the vendor's OpenAPI document as JSON. */
const app = await createMockServer({ document: JSON.parse(readFileSync(process.argv[2], 'utf8')) })
serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' }, ({ port }) => announce(port))
