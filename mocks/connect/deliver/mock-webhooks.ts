import { redeliver } from '../../behaviour/webhooks/attempts.ts'
import { type DeliveryRow, listDeliveries, readDelivery } from '../../behaviour/webhooks/delivery-row.ts'
import { type Delivery, type DeliveryFilter, renderDelivery } from '../../engine/deliveries/delivery.ts'
import type { Courier } from '../../engine/deliveries/courier.ts'
import { instantOf, type Session } from '../../engine/session/session.ts'
import { didYouMean } from '../../spec/problems/nearest.ts'
import type { Vendor } from '../../spec/model/vendor.ts'
import type { MockWebhooks } from '../mock/api/session-parts.ts'
import { UnknownNameError } from '../../load/unknown-name.ts'
import type { DeliveryTarget } from './courier.ts'

/** What the webhooks of a session need from its mock. */
interface Host {
  readonly vendors: ReadonlyMap<string, Vendor>
  readonly createCourier: (target: DeliveryTarget | undefined, patience?: number) => Courier
}

/** Gives a session's deliveries the shape that tests work with. */
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
    redeliver: (id) => {
      for (const vendor of host.vendors.values()) {
        const row = store.transact((tx) => {
          const step = { vendor, tx }
          const before = readDelivery(step, id)
          return before && redeliver(step, before, instantOf(session))
        }) as DeliveryRow | undefined
        if (!row) continue
        session.outbox.arm()
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

/** All deliveries of a session, in their order. */
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
