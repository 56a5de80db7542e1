/** Thrown for an unusable schema; names the place and the reason. */
export class SchemaError extends Error {
  override name = 'SchemaError' as const
  readonly code = 'unusable-schema'
  /** JSON Pointer, as a URI fragment (`#/components/schemas/Job`), into the document or the given schema. */
  readonly pointer: string
  readonly reason: string

  constructor(pointer: string, reason: string) {
    super(`Failed to compile the schema at "${pointer}": ${reason}`)
    this.pointer = pointer
    this.reason = reason
  }
}
