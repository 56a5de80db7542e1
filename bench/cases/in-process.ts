import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Bench, Case, Measured } from './case.ts'

/** Calls in the process of a test, against a handler that somebody has written by hand. */

const AGAINST = 'by hand'

const fetchCase: Case = {
  name: 'fetch',
  title: '`mock.fetch`, against a function by hand',
  unit: 'µs',
  run: 'usual',
  targets: [],
  measure: (bench) => measure(bench, 'fetch'),
}

const response: Case = {
  name: 'response',
  title: "MSW's `getResponse`, against a handler by hand",
  unit: 'µs',
  run: 'usual',
  targets: [{ against: AGAINST, most: 1.1 }],
  measure: (bench) => measure(bench, 'response'),
}

const server: Case = {
  name: 'server',
  title: '`setupServer` and `fetch`, against a handler by hand',
  unit: 'µs',
  run: 'usual',
  targets: [{ against: AGAINST, most: 1.1 }],
  measure: (bench) => measure(bench, 'server'),
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

export const inProcessCases: readonly Case[] = [fetchCase, response, server]
