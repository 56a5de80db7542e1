import type { Session } from './session.ts'

/** Now, in ms since 1970: what the session's clock says, but nothing happens before what has happened. */
export function instantOf({ clock, latest }: Pick<Session, 'clock' | 'latest'>): number {
  return Math.max(clock.now(), latest)
}
