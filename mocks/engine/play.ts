import { forgetGrants } from '../behaviour/ledger.ts'
import type { Situation } from '../scenario/situation.ts'
import type { Vendor } from '../spec/vendor.ts'
import { forgetCounts } from './rules.ts'
import type { Session } from './session.ts'

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
}
