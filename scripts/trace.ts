import { readFileSync } from 'node:fs'
import { registerHooks, stripTypeScriptTypes } from 'node:module'
import { relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { instrument } from './trace/instrument.ts'

/**
 * Sends one request to a warm server and prints which functions of `mocks/` it calls, in order: how many calls, functions,
 * files, and hops from one file to another.
 *
 *     npm run trace -- seek submitJob
 *     npm run trace -- seek getMe --calls      # each call
 */
const { values, positionals } = parseArgs({
  options: { calls: { type: 'boolean', default: false }, json: { type: 'boolean', default: false } },
  allowPositionals: true,
})
const [vendor = 'seek', operation = 'submitJob'] = positionals
const root = fileURLToPath(new URL('..', import.meta.url))

let recorded: string[] | undefined
Object.assign(globalThis, { __traceCall: (call: string) => void recorded?.push(call) })

const wait = globalThis.setTimeout
// Functions called by a timer, such as the lag check, are not part of the request.
globalThis.setTimeout = Object.assign((call: () => void, ms?: number) => {
  const quietly = (): void => {
    const path = recorded
    recorded = undefined
    try {
      call()
    } finally {
      recorded = path
    }
  }
  return wait(quietly, ms)
}, wait) as typeof wait

registerHooks({
  load: (url, context, next) => {
    const file = url.startsWith('file:') ? relative(root, fileURLToPath(url)) : ''
    if (!file.startsWith('mocks/') || !file.endsWith('.ts')) return next(url, context)
    const source = stripTypeScriptTypes(readFileSync(fileURLToPath(url), 'utf8'))
    return { format: 'module', source: instrument(source, file.slice('mocks/'.length)), shortCircuit: true }
  },
})

const { sendWarm } = await import('./trace/send-warm.ts')
const calls = await sendWarm(vendor, operation, () => (recorded = []))
recorded = undefined
const files = calls.map((call) => call.split(' ')[0]!)
const summary = {
  calls: calls.length,
  functions: new Set(calls).size,
  files: new Set(files).size,
  hops: files.filter((file, index) => index > 0 && file !== files[index - 1]).length,
}
if (values.json) console.log(JSON.stringify({ ...summary, path: calls }))
else {
  if (values.calls) console.log(calls.join('\n'))
  else console.log(files.filter((file, index) => file !== files[index - 1]).join(' > '))
  const { hops } = summary
  console.log(
    `\n${vendor} ${operation}: ${summary.calls} calls of ${summary.functions} functions in ${summary.files} files, with ${hops} hops between files`,
  )
}
