import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { generate, prepare } from '../load/generate.ts'
import { connections, getMe } from '../load/requests.ts'
import { residentBytes } from '../measure/processor.ts'
import { JOB, startSparring, UNLIMITED } from '../peers/peers.ts'
import type { Case } from './case.ts'
import { ANY_JOB, bare, throughput, withJobs } from './http.ts'

/** What is kept. */

const job: Case = {
  name: 'job',
  title: 'Memory of one live job, with its entries in the ledger',
  unit: 'bytes',
  run: 'usual',
  targets: [{ most: 400 }],
  measure: async ({ progress }) => {
    progress('starts 100,000 jobs')
    const script = join(import.meta.dirname, 'memory-child.ts')
    const args = ['--expose-gc', '--conditions=sparring-source', script, '100000']
    const { stdout } = await promisify(execFile)(process.execPath, args)
    return {
      sides: [{ name: 'sparring', how: 'heap after a collection, by job', samples: [JSON.parse(stdout) as number] }],
    }
  },
}

const FEW = 10_000
const MANY = 1_000_000

const growth: Case = {
  name: 'growth',
  title: 'Memory after 1,000,000 requests, against that after 10,000',
  unit: 'MB',
  run: 'long',
  targets: [{ side: 'after 1,000,000', against: 'after 10,000', most: 1.15 }],
  measure: async ({ progress }) => {
    const server = await startSparring(...UNLIMITED)
    try {
      const load = prepare({ requests: [getMe], status: 200, connections })
      let requests = 0
      const until = async (wanted: number): Promise<number> => {
        while (requests < wanted) requests += (await generate(load, server.port, 1000)).requests
        progress(`${requests.toLocaleString('en')} requests`)
        return residentBytes(server.pid) / 1e6
      }
      const few = await until(FEW)
      // The heap has found its size, and the journal is full.
      const settled = await until(FEW * 10)
      const many = await until(MANY)
      return {
        sides: [
          { name: 'after 10,000', samples: [few] },
          { name: 'after 100,000', samples: [settled] },
          { name: 'after 1,000,000', samples: [many] },
        ],
      }
    } finally {
      await server.stop()
    }
  },
}

const jobs = throughput(
  {
    name: 'jobs',
    title: 'Poll of one of 1,000,000 live jobs, against one of 1,000',
    run: 'long',
    targets: [{ against: '1,000 jobs', least: 0.9 }],
  },
  [bare({ GET: [200, JOB] }), withJobs('sparring', MANY), withJobs('1,000 jobs', 1000)],
  { requests: [ANY_JOB], status: 200 },
)

export const memoryCases: readonly Case[] = [job, growth, jobs]
