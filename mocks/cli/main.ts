#!/usr/bin/env node
import module from 'node:module'

// Before any other import: this makes the second start twice as fast.
module.enableCompileCache?.()
// Later imports need it, and would fail with its name alone.
if (typeof module.registerHooks !== 'function') {
  process.stderr.write(
    `sparring: Failed to start: sparring needs Node 22.18 or later, and this is Node ${process.versions.node}.\n`,
  )
  process.exit(1)
}
const { createPrint } = await import('./print.ts')
const { run } = await import('./run.ts')

// A closed reader (`| head`, a closed terminal) is not a failure and ends nothing: a command ends by itself, and a
// server has clients. A failed write to stderr cannot be reported anywhere.
const GONE = new Set(['EPIPE', 'EIO', 'ECONNRESET', 'ERR_STREAM_DESTROYED'])
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (!GONE.has(error.code ?? '')) throw error
})
process.stderr.on('error', () => {})
process.exitCode = await run(process.argv.slice(2), process.env, createPrint(process))
// Timers and connections of a project's own handlers must not keep a stopped server alive.
const EXIT_AFTER_MS = 500
if (process.argv[2] === 'serve') setTimeout(() => process.exit(), EXIT_AFTER_MS).unref()
