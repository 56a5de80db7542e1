import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Bench, Case, Measured } from './case.ts'

/** Calls in the process of a test, against a handler that somebody has written by hand. */

const AGAINST = 'by hand'

function inProcess(name: string, title: string, targets: Case['targets']): Case {
  return { name, title, unit: 'µs', run: 'usual', targets, measure: (bench) => measure(bench, name) }
}

async function measure({ rounds, duration, progress }: Bench, way: string): Promise<Measured> {
  progress('calls both by turns')
  const script = join(import.meta.dirname, 'in-process-child.ts')
  const args = ['--conditions=sparring-source', script, way, String(rounds), String(duration / 2)]
  const { stdout } = await promisify(execFile)(process.execPath, args)
  const samples = JSON.parse(stdout) as Readonly<Record<string, readonly number[]>>
  return {
    sides: Object.entries(samples).map(([name, own]) => ({ name, samples: own })),
    notes: ["µs are those of the processor, the test's own `fetch` and `text()` included."],
  }
}

export const inProcessCases: readonly Case[] = [
  inProcess('fetch', '`mock.fetch`, against a function by hand', []),
  inProcess('response', "MSW's `getResponse`, against a handler by hand", [{ against: AGAINST, most: 1.1 }]),
  inProcess('server', '`setupServer` and `fetch`, against a handler by hand', [{ against: AGAINST, most: 1.1 }]),
]
