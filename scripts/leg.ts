/**
 * Runs one part of a long check, and prints its result and duration. A failure does not stop the other parts; it sets
 * the exit code.
 */
export async function leg(name: string, check: () => Promise<void>): Promise<void> {
  const start = performance.now()
  try {
    await check()
    console.log(`${name}: passes (${((performance.now() - start) / 1000).toFixed(1)} s)`)
  } catch (error) {
    process.exitCode = 1
    const {
      stdout = '',
      stderr = '',
      message,
    } = error as Error & { readonly stdout?: string; readonly stderr?: string }
    console.error(`${name}: FAILS\n${[message, stdout, stderr].join('\n').replaceAll(/^/gm, '  ')}`)
  }
}
