/** Thrown when a vendor, scenario, operation, error or session is named that does not exist. */
export class UnknownNameError extends Error {
  override name = 'UnknownNameError' as const
  readonly code = 'unknown-name'
}
