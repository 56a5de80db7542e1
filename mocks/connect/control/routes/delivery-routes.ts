import type { DeliveryFilter } from '../../../engine/deliveries/delivery.ts'
import { nearest } from '../../../spec/problems/nearest.ts'
import { printableValue } from '../../../state/printable.ts'
import { badRequest, orConflict } from '../problem.ts'
import { readCount, objectFields, readText } from '../read.ts'
import { chosenSession, NOTHING, ok, type Route } from '../route.ts'

const OUTCOMES = ['waiting', 'in work', 'acknowledged', 'given up', 'not sent', 'failed'] as const

/** Webhook deliveries: pending and ended. */
export const deliveryRoutes: readonly Route[] = [
  {
    method: 'GET',
    path: '/deliveries',
    query: ['vendor', 'webhook', 'job', 'outcome'],
    run: (host, call) => {
      const { api } = chosenSession(host, call)
      const { query } = call
      return ok(
        api.webhooks.deliveries({
          vendor: query.get('vendor') ?? undefined,
          webhook: query.get('webhook') ?? undefined,
          job: query.get('job') ?? undefined,
          outcome: readOutcome(query.get('outcome')),
        }),
      )
    },
  },
  {
    method: 'POST',
    path: '/deliveries/{id}/redeliver',
    run: (host, call) => {
      objectFields(call.body, [])
      return ok(chosenSession(host, call).api.webhooks.redeliver(call.params['id']!))
    },
  },
  {
    method: 'POST',
    path: '/webhooks',
    run: async (host, call) => {
      const { api } = chosenSession(host, call)
      const fields = objectFields(call.body, ['vendor', 'webhook', 'job', 'to'])
      const optional = (name: string): string | undefined =>
        fields[name] === undefined || fields[name] === null ? undefined : readText(fields, name)
      const [job, to] = [optional('job'), optional('to')]
      const options = { ...(job !== undefined && { job }), ...(to !== undefined && { to }) }
      const [vendor, webhook] = [readText(fields, 'vendor'), readText(fields, 'webhook')]
      return ok(await orConflict(() => api.webhooks.trigger(vendor, webhook, options)))
    },
  },
  {
    method: 'PUT',
    path: '/target',
    run: (host, call) => {
      const { api } = chosenSession(host, call)
      const fields = objectFields(call.body, ['to', 'patience'])
      const to = fields['to'] === null ? undefined : readText(fields, 'to')
      const patience = readCount(fields['patience'], 'patience', 1)
      try {
        api.webhooks.to(to, patience === undefined ? {} : { patience })
      } catch (error) {
        throw error instanceof TypeError ? badRequest(error.message) : error
      }
      return NOTHING
    },
  },
]

function readOutcome(text: string | null): DeliveryFilter['outcome'] {
  if (text === null) return undefined
  const found = OUTCOMES.find((outcome) => outcome === text)
  if (found) return found
  const near = nearest(text, OUTCOMES)
  const meant = near === undefined ? '' : ` Did you mean "${near}"?`
  throw badRequest(`"outcome" is ${printableValue(text)}; send one of ${OUTCOMES.join(', ')}.${meant}`)
}
