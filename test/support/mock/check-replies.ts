import { onBreach } from 'sparring'
import { afterEach } from 'vitest'

let breaches: string[] = []

onBreach((breach) => breaches.push(breach))

afterEach(() => {
  const found = takeBreaches()
  if (found.length > 0) throw new Error(`Replies broke their spec:\n${found.join('\n')}`)
})

/** The breaches so far, which then do not fail the test: for tests of the check itself. */
export function takeBreaches(): string[] {
  const found = breaches
  breaches = []
  return found
}
