/** What a reader of one notation gives back. */
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
