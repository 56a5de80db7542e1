import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { fuzz, type FuzzReport } from './fuzz/run.ts'

/**
 * Sends hostile requests to `sparring serve` and counts failures: the process ends, an answer reports an internal
 * error, a reply breaks its document, or there is no answer.
 *
 *     npm run fuzz -- --requests 300000 --seed 7
 *     npm run fuzz -- --only 1234 --seed 7      # one request again, as it was
 */
const { values } = parseArgs({
  options: {
    requests: { type: 'string', default: '20000' },
    seed: { type: 'string', default: '1' },
    only: { type: 'string' },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', short: 'h', default: false },
  },
})
if (values.help) {
  console.log(`npm run fuzz -- [--requests N] [--seed N] [--only INDEX] [--json]

Sends hostile requests to a server of its own. Exits 1 where the process ends, the mock fails, a reply breaks its document, a
request has no answer within 20 s, or the heap grows by more than 2 MB (code that V8 compiles apart; from 50,000 requests on).`)
  process.exit()
}
const requests = Number(values.requests)
const seed = Number(values.seed)
const only = values.only === undefined ? undefined : Number(values.only)
if (![requests, seed, only ?? 0].every(Number.isSafeInteger))
  throw new TypeError('--requests, --seed and --only take whole numbers.')

const report = await fuzz({
  root: fileURLToPath(new URL('..', import.meta.url)),
  requests,
  seed,
  only,
  progress: (done) => {
    if (!values.json) console.error(`${done} of ${requests} requests`)
  },
})
console.log(values.json ? JSON.stringify(report) : textOf(report))
if (report.failures.length > 0 || report.heapKept > report.heapAllowed) process.exitCode = 1

function textOf({ counts, failures, heapKept, heaps, heapAllowed, seconds }: FuzzReport): string {
  const mb = (bytes: number): string => `${(bytes / 1024 / 1024).toFixed(1)} MB`
  return [
    ...Object.entries(counts).map(([name, count]) => `${name.padEnd(22)} ${count}`),
    `${'seconds'.padEnd(22)} ${seconds}`,
    `${'heap kept'.padEnd(22)} ${mb(heapKept)} without code (at most ${mb(heapAllowed)})`,
    `${'heap'.padEnd(22)} ${heaps.map(({ heap }) => mb(heap)).join(', ')}`,
    `${'  of it code'.padEnd(22)} ${heaps.map(({ code }) => mb(code)).join(', ')}`,
    ...failures.slice(0, 30).map(({ index, kind, about, answer }) => `\n${kind} at ${index}: ${about}\n  ${answer}`),
    ...(failures.length > 30 ? [`\n… and ${failures.length - 30} more`] : []),
  ].join('\n')
}
