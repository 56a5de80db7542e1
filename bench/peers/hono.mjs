import { serve } from '@hono/node-server'
import { Hono } from 'hono'
import { announce, readMe, submit } from './by-hand.mjs'

/** Hono, with handlers written by hand. */
const me = JSON.parse(process.argv[2])
const app = new Hono()
const answer = (context, { status, headers, body }) => context.json(body, status, headers)
app.get('/v1/me', (context) => answer(context, readMe(context.req.header('x-api-key'), me)))
app.post('/v1/workers/:worker/jobs', async (context) =>
  answer(context, submit(context.req.header('x-api-key'), await context.req.json())),
)
serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' }, ({ port }) => announce(port))
