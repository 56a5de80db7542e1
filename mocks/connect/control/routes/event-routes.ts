import { explain } from '../../../engine/answer/explain.ts'
import { chosenSession, type Route } from '../route.ts'

/** Live events. */
export const eventRoutes: readonly Route[] = [
  {
    method: 'GET',
    path: '/events',
    run: (host, call) => {
      const { session } = chosenSession(host, call)
      return {
        status: 200,
        body: undefined,
        stream: (send, end) => {
          session.followers.add(end)
          const stop = session.journal.follow({
            exchange: (entry) =>
              send('exchange', () => {
                const exchange = entry.render()
                return { ...exchange, explanation: explain(exchange) }
              }),
            delivery: (delivery) => send('delivery', () => delivery),
          })
          return () => {
            session.followers.delete(end)
            stop()
          }
        },
      }
    },
  },
]
