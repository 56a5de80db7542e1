import { execFile } from 'node:child_process'
import { resolve } from 'node:path'
import { promisify } from 'node:util'
import { generate, prepare } from '../load/generate.ts'
import { connections, getMe } from '../load/requests.ts'
import { inTurn } from '../measure/turns.ts'
import { ME, startBare, startSparring, UNLIMITED } from '../peers/peers.ts'
import type { Case } from './case.ts'

const steady = resolve(import.meta.dirname, '../load/steady.ts')

/** How late the slowest of a hundred answers are, where a server has half as much to do as it can. */
const tail: Case = {
  name: 'tail',
  title: 'GET, p99 at half of its own peak',
  unit: 'ms',
  run: 'usual',
  targets: [{ against: 'bare', most: 2 }],
  measure: async ({ rounds, duration, progress }) => {
    const sides = [
      { name: 'bare', server: await startBare({ GET: [200, ME] }), samples: [] as number[], rate: 0 },
      {
        name: 'sparring',
        server: await startSparring(...UNLIMITED),
        samples: [] as number[],
        rate: 0,
      },
    ]
    try {
      const load = prepare({ requests: [getMe], status: 200, connections })
      for (const side of sides) {
        for (let second = 0; second < 3; second++) side.rate = (await generate(load, side.server.port, 1000)).rate / 2
        progress(`${side.name}: half of its peak are ${Math.round(side.rate).toLocaleString('en')} req/s`)
      }
      for (let round = 0; round < rounds; round++) {
        for (const { server, samples, rate } of inTurn(sides, round)) {
          const options = { port: server.port, request: getMe, connections, rate, duration }
          const { stdout } = await promisify(execFile)(process.execPath, [steady, JSON.stringify(options)])
          samples.push((JSON.parse(stdout) as { readonly p99: number }).p99)
        }
      }
    } finally {
      await Promise.all(sides.map(({ server }) => server.stop()))
    }
    return {
      sides: sides.map(({ name, samples, rate }) => ({
        name,
        samples,
        how: `${Math.round(rate).toLocaleString('en')} req/s`,
      })),
      notes: ['A latency begins when its request was to be sent, and not when there was a connection for it.'],
    }
  },
}

export const tailCases: readonly Case[] = [tail]
