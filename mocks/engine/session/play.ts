import { forgetGrants } from '../../behaviour/ledger.ts'
import type { Situation } from '../../scenario/situation.ts'
import type { Vendor } from '../../spec/model/vendor.ts'
import { canonical } from '../../state/hash.ts'
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
  const before = session.situation.vendors
  const changed = [...before.keys()].filter((name) => situation.vendors.get(name) !== before.get(name))
  playParts(session, situation, vendors, changed)
  session.stretch++
}

/**
 * Puts a situation in place that was made anew from files. A vendor whose scenario says the same as before goes on, with
 * what its rules have counted and its credits; for the others it is like {@link playSituation}.
 */
export function replaySituation(session: Session, situation: Situation, vendors: ReadonlyMap<string, Vendor>): void {
  const before = session.situation.vendors
  const changed = [...situation.vendors]
    .filter(([name, part]) => canonical(part.raw) !== canonical(before.get(name)?.raw))
    .map(([name]) => name)
  playParts(session, situation, vendors, changed)
  for (const name of changed) session.starts.set(name, session.clock.now())
  if (changed.length > 0) session.stretch++
}

function playParts(
  session: Session,
  situation: Situation,
  vendors: ReadonlyMap<string, Vendor>,
  changed: readonly string[],
): void {
  session.store.transact((tx) => {
    for (const name of changed) {
      const vendor = vendors.get(name)
      if (!vendor) continue
      forgetCounts(vendor, tx, session.situation.vendors.get(name)?.rules ?? [])
      forgetGrants(vendor, tx)
    }
  })
  session.situation = situation
}
