import { getLocal } from 'mockttp'
import { announce } from './by-hand.mjs'

/** mockttp, with one rule a request: it looks for the key, and answers a constant. */
const [me, job] = process.argv.slice(2)
// Headers that are given stand alone: without a length each answer would close its connection.
const headOf = (body) => ({ 'content-type': 'application/json', 'content-length': String(Buffer.byteLength(body)) })
const server = getLocal({ recordTraffic: false })
await server.start({ startPort: 47330, endPort: 47339 })
await server.forGet('/v1/me').withHeaders({ 'x-api-key': 'sk_live_bench' }).thenReply(200, me, headOf(me))
await server
  .forPost('/v1/workers/linkedin-profile/jobs')
  .withHeaders({ 'x-api-key': 'sk_live_bench' })
  .withJsonBodyIncluding({ priority: 'normal' })
  .thenReply(202, job, headOf(job))
announce(server.port)
