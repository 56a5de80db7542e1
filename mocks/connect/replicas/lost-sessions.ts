import { afterRealTime } from '../../state/clock.ts'
import { writeLine } from '../../state/guard.ts'
import type { StoreError } from '../server/answer/store-error.ts'

/** Number of sessions that a line names. */
const SHOWN = 3

/**
 * Reports sessions that are no longer executed here. All sessions lost within `span` ms share one line, since a store
 * that fails may take thousands with it.
 */
export function createLostLines(span: number): (id: string, error: StoreError) => void {
  let lost: string[] = []
  return (id, { code }) => {
    lost.push(`"${id}"`)
    if (lost.length > 1) return
    const why = code === 'session-moved' ? 'another server has taken over' : 'the store did not keep changes in time'
    afterRealTime(span, () => {
      const names = lost.slice(0, SHOWN).join(', ') + (lost.length > SHOWN ? ', …' : '')
      const some = lost.length === 1 ? 'a session is' : `${lost.length} sessions are`
      writeLine(`${some} no longer executed here, since ${why}: ${names}`)
      lost = []
    })
  }
}
