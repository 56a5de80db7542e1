import { isRecord } from './is-record.ts'

/** A copy of a value of JSON, which belongs to the caller. */
export function copyJson(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(copyJson)
  if (!isRecord(value)) return value
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, copyJson(each)]))
}
