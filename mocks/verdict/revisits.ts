import type { Facts } from '../engine/session/facts.ts'
import { isGood } from './refusals.ts'
import { between, type View } from './view.ts'

/**
 * Whether a client has read something else between two requests that are the same: then it may be a person who goes from
 * page to page, and no loop.
 */
export function isRevisit({ byCredential }: Pick<View, 'byCredential'>, earlier: Facts, later: Facts): boolean {
  if (later.method !== 'GET' || later.credential === undefined) return false
  return between(byCredential().get(later.credential) ?? [], earlier, later).some(
    (exchange) => exchange.method === 'GET' && exchange.path !== later.path && isGood(exchange),
  )
}
