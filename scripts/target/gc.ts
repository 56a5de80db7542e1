/** Loaded before the server that is tried: answers what its heap holds after forced collections. */
process.on('message', (message) => {
  if (message !== 'heap') return
  const { gc } = globalThis
  if (!gc) throw new Error('Failed to collect garbage: start node with --expose-gc.')
  void gc()
  void gc()
  process.send?.({ heap: process.memoryUsage().heapUsed })
})

// The client that has tried the server is gone.
process.on('disconnect', () => process.exit())
