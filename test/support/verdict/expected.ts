import type { Delivery } from '../../../mocks/engine/deliveries/delivery.ts'
import type { Expectation } from '../../../mocks/spec/conduct/conduct.ts'
import { expectationBreaches } from '../../../mocks/verdict/expect/expectations.ts'
import { type Told, viewOf } from './exchanges.ts'

/** What a test says of an expectation; without `operation` it is about all of them. */
export interface Wanted extends Partial<Omit<Expectation, 'operations' | 'about'>> {
  readonly kind: Expectation['kind']
  readonly operation?: string
}

/** What is found where a scenario expects one thing of a client of Seek: `code: message [exchanges]`. */
export function found(
  { operation, ...wanted }: Wanted,
  told: readonly Told[],
  around: Parameters<typeof viewOf>[2] = {},
): string[] {
  const expectation: Expectation = {
    operations: operation === undefined ? undefined : new Set([operation]),
    about: operation,
    status: undefined,
    played: false,
    for: undefined,
    after: undefined,
    header: undefined,
    wait: undefined,
    times: undefined,
    webhook: undefined,
    ...wanted,
  }
  const breaches = expectationBreaches(viewOf('seek', told, around), [expectation])
  return [...breaches].map(({ code, message, exchanges }) => `${code}: ${message} [${exchanges.join(', ')}]`)
}

/** The same when the session is over. */
export function foundAtEnd(wanted: Wanted, told: readonly Told[], deliveries: readonly Delivery[] = []): string[] {
  return found(wanted, told, { isOver: true, deliveries })
}
