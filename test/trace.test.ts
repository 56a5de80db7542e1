import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { root } from './support/cli.ts'

interface Trace {
  readonly calls: number
  readonly files: number
  readonly hops: number
  readonly path: readonly string[]
}

async function trace(operation: string): Promise<Trace> {
  const script = ['scripts/trace.ts', 'seek', operation, '--json']
  const { SPARRING_CHECK_REPLIES: _, ...env } = process.env
  const { stdout } = await promisify(execFile)(process.execPath, script, { cwd: root, env, maxBuffer: 10_000_000 })
  return JSON.parse(stdout) as Trace
}

test('the way of a request is no longer than it was, from file to file', async () => {
  const [read, submit] = await Promise.all([trace('getMe'), trace('submitJob')])

  expect(read.path[0]).toMatch(/^connect\/server\/listener\.ts /)
  expect(read.path.filter((call) => call.startsWith('engine/exchange/serve.ts serve:'))).toHaveLength(1)
  expect(submit.path.filter((call) => call.startsWith('behaviour/jobs/jobs.ts startJob:'))).toHaveLength(1)
  expect(read.files).toBeLessThanOrEqual(54)
  expect(read.hops).toBeLessThanOrEqual(140)
  expect(submit.files).toBeLessThanOrEqual(77)
  expect(submit.hops).toBeLessThanOrEqual(330)
})
