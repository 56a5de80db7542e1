import type { Runtime } from '../../engine/exchange/runtime.ts'

/** One base URL at which a vendor is met. */
export interface Origin {
  readonly runtime: Runtime
  /** `https://api.seek-api.com`, or with a path that stands before the vendor's own. */
  readonly base: string
  /** The server's own path, when `base` stands for it too. */
  readonly path?: string | undefined
}

/** Whether an address is a base, or below it. */
export function isBelow({ base }: Origin, url: string): boolean {
  return url === base || url.startsWith(`${base.replace(/\/$/, '')}/`)
}

/** Path of a base, without a trailing slash. */
export function prefixOf({ base }: Origin): string {
  return new URL(base).pathname.replace(/\/$/, '')
}
