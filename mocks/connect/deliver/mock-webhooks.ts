import { redeliver } from '../../behaviour/webhooks/attempts.ts'
import { type DeliveryRow, listDeliveries, readDelivery } from '../../behaviour/webhooks/delivery-row.ts'
import { type Delivery, type DeliveryFilter, renderDelivery } from '../../engine/deliveries/delivery.ts'
import type { Courier } from '../../engine/deliveries/courier.ts'
import { instantOf, type Session } from '../../engine/session/session.ts'
import { didYouMean } from '../../spec/problems/nearest.ts'
import type { Vendor } from '../../spec/model/vendor.ts'
import type { PlainWebhook, Webhook } from '../../spec/model/webhook.ts'
import { settledWithin } from '../../state/clock.ts'
import { dialectRuntime } from '../../engine/exchange/dialect.ts'
import type { Runtime } from '../../engine/exchange/runtime.ts'
import type { Engine } from '../../engine/exchange/work.ts'
import { trigger, webhookNames } from '../../engine/jobs/trigger.ts'
import type { MockWebhooks } from '../mock/api/session-parts.ts'
import { UnknownNameError } from '../../load/unknown-name.ts'
import type { DeliveryTarget } from './courier.ts'

/** What the webhooks of a session need from its mock. */
interface Host {
  readonly runtimes: Engine['runtimes']
  readonly vendors: ReadonlyMap<string, Vendor>
  readonly createCourier: (target: DeliveryTarget | undefined, patience?: number) => Courier
}

/** Creates the webhooks API of a session. */
export function createMockWebhooks(session: Session, host: Host): MockWebhooks {
  const { store } = session

  const deliveries = (filter: DeliveryFilter = {}): Delivery[] =>
    deliveriesOf(session, host.vendors.values()).filter((delivery) =>
      keysOf(filter).every((key) => filter[key] === undefined || delivery[key] === filter[key]),
    )

  return {
    to: (target, options) => {
      session.courier = host.createCourier(target, options?.patience)
    },
    deliveries,
    trigger: async (vendor, webhook, options) => {
      const runtime = runtimeOf(session, host, vendor)
      const found = findWebhook(runtime.vendor, webhook)
      const row = trigger(host.runtimes, session, runtime, { webhook: found, job: options?.job, to: options?.to })
      const delivery = renderDelivery(session.id, runtime.vendor, row)
      return row.due! > instantOf(session) ? delivery : firstAttempt(session, delivery)
    },
    redeliver: (id) => {
      for (const vendor of host.vendors.values()) {
        const row = store.transact((tx) => {
          const step = { vendor, tx }
          const before = readDelivery(step, id)
          return before && redeliver(step, before, instantOf(session))
        }) as DeliveryRow | undefined
        if (!row) continue
        return renderDelivery(session.id, vendor, row)
      }
      const known = deliveries().map((delivery) => delivery.id)
      throw new UnknownNameError(
        `Failed to deliver "${id}" again: this session has no such delivery.${didYouMean(id, known)}`,
        id,
        known,
      )
    },
  }
}

/** The vendor's runtime in the dialect that is played. */
function runtimeOf(session: Session, { runtimes }: Host, vendor: string): Runtime {
  const runtime = runtimes.get(vendor)
  if (runtime) return dialectRuntime(session, runtime)
  throw new UnknownNameError(
    `"${vendor}" is not one of this mock's vendors.${didYouMean(vendor, runtimes.keys())}`,
    vendor,
    runtimes.keys(),
  )
}

function findWebhook(vendor: Vendor, webhook: string): Webhook | PlainWebhook {
  const found = vendor.webhooks.get(webhook) ?? vendor.plainWebhooks().get(webhook)
  if (found) return found
  const known = webhookNames(vendor)
  const has = known.length === 0 ? 'has none' : `has ${known.join(', ')}`
  throw new UnknownNameError(`"${webhook}" is not a webhook of ${vendor.name}, which ${has}.`, webhook, known)
}

/** Real ms to wait for the end of a first attempt: longer than any receiver has. */
const PATIENCE_MS = 12_000

/** The delivery after its first attempt; unchanged if the session is reset meanwhile. */
async function firstAttempt({ journal }: Session, delivery: Delivery): Promise<Delivery> {
  let ended = delivery
  let stop = (): void => {}
  const attempted = new Promise<void>((resolve) => {
    stop = journal.follow({
      exchange: () => {},
      delivery: (other) => {
        if (other.id !== delivery.id) return
        ended = other
        resolve()
      },
    })
  })
  await settledWithin(PATIENCE_MS, attempted)
  stop()
  return ended
}

/** All deliveries of a session, in order. */
export function deliveriesOf(session: Session, vendors: Iterable<Vendor>): Delivery[] {
  const found: Delivery[] = []
  for (const vendor of vendors) {
    const rows = session.store.transact((tx) => listDeliveries({ vendor, tx })) as DeliveryRow[]
    for (const row of rows) found.push(renderDelivery(session.id, vendor, row))
  }
  return found.sort((left, right) => left.number - right.number)
}

function keysOf(filter: DeliveryFilter): Array<keyof DeliveryFilter> {
  return Object.keys(filter) as Array<keyof DeliveryFilter>
}
