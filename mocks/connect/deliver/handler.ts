import type { Courier, Destination } from '../../engine/deliveries/courier.ts'
import { noUrl, readHttpUrl } from './http-url.ts'

/** Takes deliveries in this process, as a server's `fetch` would. */
export type DeliveryHandler = (request: Request) => Response | Promise<Response>

/** What a handler sees as the URL of a delivery that no client has given one. */
const HOME = 'https://receiver.example/'

/** Carries all deliveries to a handler. */
export function createHandlerCourier(handler: DeliveryHandler, patience?: number): Courier {
  const destination: Destination = {
    shown: 'the handler in this process',
    post: async ({ method, url, headers, body }, signal) => {
      const init = { method, headers: headers.map(([name, value]): [string, string] => [name, value]), signal }
      // A GET may not even have an empty body.
      const answer = await handler(new Request(url, body === '' ? init : { ...init, body }))
      return answer.status
    },
  }
  return { find: (url) => (readHttpUrl(url) ? destination : { refused: noUrl(url) }), home: HOME, patience }
}
