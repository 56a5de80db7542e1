import { getHeapSpaceStatistics } from 'node:v8'

/** Loaded before the tested server: answers with the heap's size after forced collections. */
process.on('message', (message) => {
  if (message !== 'heap') return
  const { gc } = globalThis
  if (!gc) throw new Error('Failed to collect garbage: start node with --expose-gc.')
  void gc()
  void gc()
  process.send?.({ heap: process.memoryUsage().heapUsed, code: codeOf() })
})

// The client that tested the server is gone.
process.on('disconnect', () => process.exit())

/** Bytes of heap that contain code, as bytecode and compiled. */
function codeOf(): number {
  return getHeapSpaceStatistics()
    .filter(({ space_name: name }) => /^(?:code|trusted)_/.test(name))
    .reduce((sum, { space_used_size: size }) => sum + size, 0)
}
