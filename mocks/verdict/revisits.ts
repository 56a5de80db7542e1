import type { Facts } from '../engine/session/journal/facts.ts'
import { readsBetween, type View } from './view.ts'

/**
 * Whether a client has read something else between two identical requests: it may then be a person browsing between
 * pages, not a loop.
 */
export function isRevisit(view: Pick<View, 'reads'>, earlier: Facts, later: Facts): boolean {
  if (later.method !== 'GET' || later.credential === undefined) return false
  return readsBetween(view, earlier, later).some(({ path }) => path !== later.path)
}
