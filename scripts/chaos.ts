import { parseArgs } from 'node:util'
import { HAS_REDIS, NO_REDIS } from '../test/support/server/redis.ts'
import { chaos } from './chaos/run.ts'

/**
 * Kills replicas and their store at random while clients work, and checks whether anything was lost or duplicated.
 *
 *     npm run chaos -- --seconds 120 --seed 1
 */
const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '120' },
    seed: { type: 'string', default: '1' },
    // Below the ports that systems give to outgoing connections, which may be taken for a minute after their end.
    port: { type: 'string', default: '27360' },
  },
})
const seconds = Number(values.seconds)
if (!(seconds > 0 && seconds <= 3600)) throw new TypeError('--seconds takes a number above 0, at most 3600.')
if (!HAS_REDIS) throw new Error(NO_REDIS)

const report = await chaos({
  seconds,
  seed: Number(values.seed),
  replicas: 3,
  clients: 16,
  sessions: 50,
  port: Number(values.port),
  progress: (line) => console.error(line),
})
const { faults, statuses, ...counts } = report
for (const [name, count] of Object.entries({ ...counts, ...statuses })) console.log(`${name.padEnd(28)} ${count}`)
console.log(faults.length === 0 ? 'nothing was lost or doubled' : faults.slice(0, 30).join('\n'))
if (faults.length > 0) process.exitCode = 1
process.exit()
