import type { Delivery } from '../../../engine/deliveries/delivery.ts'
import type { Facts } from '../../../engine/session/journal/facts.ts'
import { groups, type View } from '../../view.ts'

/** What receivers did with deliveries of one webhook. */
export interface Received {
  readonly webhook: string
  readonly deliveries: readonly Delivery[]
  /** The requests that started the jobs of these deliveries. */
  readonly starts: readonly Facts[]
}

/** Groups deliveries by their webhook. */
export function* byWebhook({ byJob }: View, deliveries: readonly Delivery[]): Iterable<Received> {
  for (const [webhook, some] of groups(deliveries, (delivery) => delivery.webhook)) {
    const starts = new Set(some.map(({ job }) => byJob().get(job)?.[0]))
    yield { webhook, deliveries: some, starts: [...starts].filter((start) => start !== undefined) }
  }
}

/**
 * Whether the receiver itself failed each attempt: it answered with an error, or not within the vendor's timeout. A
 * receiver that could not be reached says nothing about the client.
 */
export function isFailedByReceiver({ outcome, attempts }: Pick<Delivery, 'outcome' | 'attempts'>): boolean {
  return (
    outcome === 'given up' &&
    attempts.length > 0 &&
    attempts.every((attempt) =>
      attempt.outcome === 'timeout'
        ? attempt.tookRealTime === true
        : attempt.outcome === 'refused' && (attempt.status ?? 0) >= 300,
    )
  )
}

/** `503`, `no answer`: distinct answers of receivers. */
export function answersTo(deliveries: readonly Delivery[]): string {
  const answers = deliveries.flatMap(({ attempts }) =>
    attempts.map(({ status }) => String(status ?? 'no answer in time')),
  )
  return [...new Set(answers)].join(', ')
}

/** `A delivery of jobFinished`, or the number of deliveries. */
export function namesOf({ webhook, deliveries }: Received): string {
  return deliveries.length === 1 ? `A delivery of ${webhook}` : `${deliveries.length} deliveries of ${webhook}`
}
