import { parseArgs } from 'node:util'
import { soak, type SoakReport } from './soak/run.ts'

/**
 * Uses `sparring serve` like a long test run, with jobs, webhooks, sessions, streams, uploads and clients that
 * disconnect, and measures what it keeps in memory.
 *
 *     npm run soak -- --minutes 10
 */
const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '1' },
    seed: { type: 'string', default: '1' },
    json: { type: 'boolean', default: false },
  },
})
const minutes = Number(values.minutes)
if (!(minutes > 0 && minutes <= 120)) throw new TypeError('--minutes takes a number above 0, at most 120.')

const report = await soak({
  minutes,
  seed: Number(values.seed),
  progress: (line) => {
    if (!values.json) console.error(line)
  },
})
console.log(values.json ? JSON.stringify(report) : textOf(report))
if (report.failures.length > 0 || report.heapKept > report.heapAllowed) process.exitCode = 1

function textOf({ counts, failures, heapBefore, heapKept, heapAllowed }: SoakReport): string {
  const mb = (bytes: number): string => `${(bytes / 1024 / 1024).toFixed(1)} MB`
  return [
    ...Object.entries(counts).map(([name, count]) => `${name.padEnd(22)} ${count}`),
    `${'heap before'.padEnd(22)} ${mb(heapBefore)}`,
    `${'heap kept'.padEnd(22)} ${mb(heapKept)} (at most ${mb(heapAllowed)})`,
    ...failures.slice(0, 30),
  ].join('\n')
}
