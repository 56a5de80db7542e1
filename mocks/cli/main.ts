#!/usr/bin/env node
import module from 'node:module'

// Before anything else is loaded: the second start is then twice as fast.
module.enableCompileCache?.()
const { createPrint } = await import('./print.ts')
const { run } = await import('./run.ts')

// A reader that has seen enough (`| head`) is no failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0)
  throw error
})
process.exitCode = await run(process.argv.slice(2), process.env, createPrint(process))
