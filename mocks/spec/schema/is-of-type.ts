import { typeBit, bitsOf } from './closures/types.ts'

/** Whether a value is of a type of JSON Schema. */
export function isOfType(type: string, value: unknown): boolean {
  return (typeBit(value) & bitsOf([type])) !== 0
}
