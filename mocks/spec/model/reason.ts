/** Why a request is refused, for the fields of a documented error. */
export interface Reason {
  readonly status: number
  /** Name of the status: `Not Found`. */
  readonly title: string
  /** What is wrong, in one sentence. */
  readonly sentence: string
  readonly method: string
  /** Path of the request. */
  readonly path: string
  /** Invalid values of the request; empty where it is refused for another reason. */
  readonly issues: readonly ReasonIssue[]
}

/** One invalid value of the request. */
export interface ReasonIssue {
  /** The JSON Schema keyword that failed. */
  readonly keyword: string
  /** `body`, `query`, `path`, `header`. */
  readonly place: string
  /** Steps to the value, the place first: `['body', 'items', 0, 'sku']`. */
  readonly location: ReadonlyArray<string | number>
  /** JSON Pointer of the value in its place: `/items/0/sku`. */
  readonly pointer: string
  /** The path in readable form: `items[0].sku`. */
  readonly field: string
  /** `items[0].sku is required`. */
  readonly message: string
  /** The received value, without secrets; undefined where it is not shown. */
  readonly seen: unknown
}
