import { execFile } from 'node:child_process'
import { expect, test } from 'vitest'
import { root } from '../../support/processes/cli.ts'

/** Runs a script of the project to its end. */
function run(script: string, ...args: readonly string[]): Promise<{ readonly code: number; readonly out: string }> {
  return new Promise((resolve) => {
    const options = { cwd: root, timeout: 170_000, env: { ...process.env, SPARRING_ASSUMPTIONS: 'silent' } }
    const child = execFile(process.execPath, [`scripts/${script}.ts`, ...args, '--json'], options, (_, out) =>
      resolve({ code: child.exitCode ?? -1, out }),
    )
  })
}

const LONG = { timeout: 180_000 }

test(
  'two thousand hostile requests end no server, fail nothing of the mock, break no document and leave none waiting',
  LONG,
  async () => {
    const { code, out } = await run('fuzz', '--requests', '2000', '--seed', '3')
    const { counts, failures } = JSON.parse(out) as { counts: Record<string, number>; failures: readonly object[] }
    expect(failures).toEqual([])
    expect(counts).toMatchObject({ requests: 2000, crash: 0, 'own 500': 0, breach: 0, hang: 0 })
    expect(code).toBe(0)
  },
)

test(
  'jobs, webhooks, sessions, streams, uploads and clients that leave are served side by side without a failure',
  LONG,
  async () => {
    // What the heap keeps is told by a longer run: npm run soak.
    const { out } = await run('soak', '--minutes', '0.15')
    const { counts, failures } = JSON.parse(out) as { counts: Record<string, number>; failures: readonly object[] }
    expect(failures).toEqual([])
    for (const part of [
      'jobs completed',
      'sessions',
      'streams with 200',
      'uploads',
      'followers left',
      'webhooks received',
    ])
      expect([part, counts[part] ?? 0]).toEqual([part, expect.toSatisfy((count: number) => count > 0)])
  },
)
