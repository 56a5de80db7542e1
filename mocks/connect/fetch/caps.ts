import type { BodyCap } from '../../behaviour/call.ts'
import { parseBytes } from '../../spec/values/bytes.ts'
import type { MockOptions } from '../mock/api/mock-options.ts'

const DEFAULTS = { maxBody: 100 * 1024 * 1024, maxJson: 10 * 1024 * 1024 } as const

/** How a size is written, for messages. */
export const SIZE_FORMS = 'a number of bytes of at least 1, or a text like 500kB, 10MB, 100MiB, 1GiB'

/**
 * How much of a body is read, according to the options; `maxJson` is never more than `maxBody`.
 *
 * @throws {@link TypeError} for an option that is not a size
 */
export function capsOf(options: Pick<MockOptions, 'maxBody' | 'maxJson'>): Record<'maxBody' | 'maxJson', BodyCap> {
  const maxBody = capOf('maxBody', options.maxBody)
  const maxJson = capOf('maxJson', options.maxJson)
  return { maxBody, maxJson: maxJson.bytes > maxBody.bytes ? maxBody : maxJson }
}

/** The bytes of a size; undefined for an invalid one. */
export function toBytes(size: unknown): number | undefined {
  const bytes = typeof size === 'string' ? parseBytes(size) : size
  return typeof bytes === 'number' && Number.isSafeInteger(bytes) && bytes >= 1 ? bytes : undefined
}

function capOf(option: BodyCap['option'], given: unknown): BodyCap {
  if (given === undefined) return { bytes: DEFAULTS[option], option }
  const bytes = toBytes(given)
  if (bytes !== undefined) return { bytes, option }
  const text = typeof given === 'string' ? JSON.stringify(given) : String(given)
  throw new TypeError(`Failed to create a mock: ${option} is ${text} and must be ${SIZE_FORMS}.`)
}
