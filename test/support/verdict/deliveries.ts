import type { Attempt, Delivery } from '../../../mocks/engine/deliveries/delivery.ts'
import { headerList } from '../../../mocks/engine/session/journal/header-list.ts'

/** What a test says of one delivery; its outcome follows from its attempts. */
export interface ToldDelivery extends Partial<Omit<Delivery, 'attempts'>> {
  readonly attempts: ReadonlyArray<Partial<Attempt> & Pick<Attempt, 'outcome'>>
}

/** Deliveries of a webhook of Seek, as a rule of conduct sees them. */
export function deliveriesOf(...told: readonly ToldDelivery[]): readonly Delivery[] {
  return told.map(({ attempts, ...rest }, index) => ({
    id: `dlv_${index + 1}`,
    number: index + 1,
    session: 'default',
    vendor: 'seek',
    webhook: 'jobFinished',
    job: 'job_1',
    state: 'completed',
    at: 0,
    method: 'POST',
    url: 'https://client.example/hooks',
    headers: headerList([]),
    body: '{}',
    outcome: attempts.at(-1)?.outcome === 'acknowledged' ? 'acknowledged' : 'given up',
    because: undefined,
    due: undefined,
    attempts: attempts.map((attempt) => ({
      at: 0,
      endedAt: 0,
      to: 'https://client.example/hooks',
      status: undefined,
      error: undefined,
      ...attempt,
    })),
    played: [],
    copyOf: undefined,
    notice: undefined,
    ...rest,
  }))
}

export const acknowledged = { outcome: 'acknowledged', status: 200 } as const
export const timedOut = { outcome: 'timeout', tookRealTime: true } as const

export function refused(status: number): Pick<Attempt, 'outcome' | 'status'> {
  return { outcome: 'refused', status }
}
