import { forgetGrants } from '../../behaviour/ledger.ts'
import type { Situation } from '../../scenario/situation.ts'
import type { Vendor } from '../../spec/model/vendor.ts'
import { forgetCounts } from '../exchange/rules.ts'
import type { Session } from './session.ts'

/**
 * Notes when each vendor began to play what it plays: spans of time in rules count from there.
 *
 * @param before - what was played until now; a vendor whose part has not changed keeps its beginning
 */
export function markStarts(session: Session, before?: Situation): void {
  for (const [name, own] of session.situation.vendors) {
    if (before?.vendors.get(name) !== own) session.starts.set(name, session.clock.now())
  }
}

/**
 * Changes what a session plays. What has happened stays; only the rules of the vendors it speaks of count from now on, and
 * the credits it names are set.
 */
export function playSituation(session: Session, situation: Situation, vendors: ReadonlyMap<string, Vendor>): void {
  session.store.transact((tx) => {
    for (const [name, before] of session.situation.vendors) {
      const vendor = vendors.get(name)
      if (!vendor || situation.vendors.get(name) === before) continue
      forgetCounts(vendor, tx, before.rules)
      forgetGrants(vendor, tx)
    }
  })
  session.situation = situation
  session.stretch++
}
