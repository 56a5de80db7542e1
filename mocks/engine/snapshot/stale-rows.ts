import type { Vendor } from '../../spec/model/vendor.ts'
import type { Session } from '../session/session.ts'

/**
 * Says why rows of a vendor do not fit another version of the same document; undefined if they fit. Additions in the
 * new version do not matter.
 *
 * @example
 * whyStale(before, after)
 * //=> 'its job "export" has no state "queued" any more'
 */
export function staleReason(before: Vendor, after: Vendor): string | undefined {
  for (const { name, states } of before.jobs.values()) {
    const job = after.jobs.get(name)
    if (!job) return `it has no job "${name}" any more`
    const lost = [...states.keys()].find((state) => !job.states.has(state))
    if (lost !== undefined) return `its job "${name}" has no state "${lost}" any more`
  }
  for (const { name, key, owner, within } of before.collections.values()) {
    const collection = after.collections.get(name)
    if (!collection) return `it has no collection "${name}" any more`
    if (collection.key !== key) return `items of its collection "${name}" are known by "${collection.key}" now`
    if (collection.owner !== owner || JSON.stringify(collection.within) !== JSON.stringify(within))
      return `items of its collection "${name}" belong to others now`
  }
  for (const { name, algorithm } of before.limits) {
    const limit = after.limits.find((other) => other.name === name)
    if (limit && limit.algorithm !== algorithm) return `its limit "${name}" is a ${limit.algorithm} now`
  }
  for (const name of before.webhooks.keys()) {
    if (!after.webhooks.has(name)) return `it has no webhook "${name}" any more`
  }
  for (const { name, access, refresh } of before.tokens.values()) {
    const issuer = after.tokens.get(name)
    if (!issuer) return `it issues no tokens "${name}" any more`
    if (issuer.access.template !== access.template || issuer.refresh.format.template !== refresh.format.template)
      return `its tokens "${name}" look different now`
  }
  return undefined
}

/** Empties the tables of some vendors and deletes their due rows; the rest of the session is unchanged. */
export function forgetVendors(session: Session, vendors: readonly Vendor[]): void {
  if (vendors.length === 0) return
  const isOther = (name: string): boolean => !vendors.some((vendor) => name.startsWith(`${vendor.name}/`))
  const { tables, due } = session.store.dump()
  session.outbox.halt()
  session.store.load({
    tables: tables.filter(([name]) => isOther(name)),
    due: due.filter(({ topic }) => isOther(topic)),
  })
  for (const { name } of vendors) session.starts.set(name, session.clock.now())
  session.outbox.arm()
}
