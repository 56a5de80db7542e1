import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { root } from '../../support/processes/cli.ts'

interface Trace {
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
  expect(lengthOf(read)).toEqual({ files: most(33), hops: most(81) })
  expect(lengthOf(submit)).toEqual({ files: most(56), hops: most(198) })
})

/** How many files it leads through, and how often from one to another; the evaluator of schemas counts as one. */
function lengthOf({ path }: Trace): { readonly files: number; readonly hops: number } {
  const files = path.map((call) => (call.startsWith('spec/schema/') ? 'spec/schema' : call.split(' ')[0]!))
  const hops = files.filter((file, index) => index > 0 && file !== files[index - 1])
  return { files: new Set(files).size, hops: hops.length }
}

function most(limit: number): unknown {
  return expect.toSatisfy((length: number) => length <= limit, `at most ${limit}`)
}
