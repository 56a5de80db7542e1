/** Topic of the rows that fall due when code of a vendor has planned something. */
export const PLAN_TOPIC = 'plan'

/** What the key of such a row says. */
export interface Planned {
  readonly operation: string
  readonly account: readonly [id: string, name: string]
  readonly key: string
}
