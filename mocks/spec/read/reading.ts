/** The result of reading JSON or YAML. */
export interface Reading {
  readonly data: unknown
  readonly mistakes: readonly Mistake[]
}

export interface Mistake {
  readonly code: 'syntax' | 'duplicate-key' | 'unknown-tag' | 'empty' | 'too-deep'
  readonly message: string
  /** From the start of the text. */
  readonly offset: number
}
