import { forgetGrants } from '../../behaviour/ledger.ts'
import type { Situation } from '../../scenario/situation.ts'
import type { Vendor } from '../../spec/model/vendor.ts'
import { canonical } from '../../state/hash.ts'
import { forgetCounts } from '../exchange/rules.ts'
import type { Session } from './session.ts'

/**
 * Records when each vendor's situation began, since time spans in rules count from then.
 *
 * @param before - the situation until now; a vendor whose part has not changed keeps its start
 */
export function markStarts(session: Session, before?: Situation): void {
  for (const [name, own] of session.situation.vendors) {
    if (before?.vendors.get(name) !== own) session.starts.set(name, session.clock.now())
  }
}

/**
 * Changes the situation of a session. State is kept; the changed vendors' rules count from zero, and the credits that
 * the situation names are set.
 */
export function playSituation(session: Session, situation: Situation, vendors: ReadonlyMap<string, Vendor>): void {
  const before = session.situation.vendors
  const changed = [...before.keys()].filter((name) => situation.vendors.get(name) !== before.get(name))
  playParts(session, situation, vendors, changed)
  session.stretch++
}

/**
 * Replaces the situation after its files changed. A vendor whose scenario is the same keeps its rule counts and
 * credits; for the others it is like {@link playSituation}.
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
