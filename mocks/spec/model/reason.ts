/** Why a request is refused: what a documented error says of it where it has a place for that. */
export interface Reason {
  readonly status: number
  /** Name of the status: `Not Found`. */
  readonly title: string
  /** What is wrong, in one sentence. */
  readonly sentence: string
  readonly method: string
  /** Path of the request. */
  readonly path: string
  /** What is wrong with the values of the request; empty where it is refused for something else. */
  readonly issues: readonly ReasonIssue[]
}

/** One thing that is wrong with a value of the request. */
export interface ReasonIssue {
  /** The JSON Schema keyword that was not met. */
  readonly keyword: string
  /** `body`, `query`, `path`, `header`. */
  readonly place: string
  /** Steps to the value, the place first: `['body', 'items', 0, 'sku']`. */
  readonly location: ReadonlyArray<string | number>
  /** JSON Pointer of the value in its place: `/items/0/sku`. */
  readonly pointer: string
  /** The value as people write it: `items[0].sku`. */
  readonly field: string
  /** `items[0].sku is required`. */
  readonly message: string
  /** The value that was seen, without secrets; undefined where it is not shown. */
  readonly seen: unknown
}
