import type { Facts } from '../engine/session/facts.ts'
import { indexAfter, type View } from './view.ts'

/**
 * Whether a client has read something else between two requests that are the same: then it may be a person who goes from
 * page to page, and no loop.
 */
export function isRevisit({ byCredential }: Pick<View, 'byCredential'>, earlier: Facts, later: Facts): boolean {
  if (later.method !== 'GET' || later.credential === undefined) return false
  const exchanges = byCredential().get(later.credential) ?? []
  for (let index = indexAfter(exchanges, earlier.number); index < exchanges.length; index++) {
    const between = exchanges[index]!
    if (between.number >= later.number) return false
    if (between.method === 'GET' && between.path !== later.path && between.status !== undefined && between.status < 300)
      return true
  }
  return false
}
