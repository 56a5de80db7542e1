import type { Courier, Destination } from '../../engine/deliveries/courier.ts'
import { noUrl, readHttpUrl } from './http-url.ts'

/** Receives deliveries in this process, like a server's `fetch`. */
export type DeliveryHandler = (request: Request) => Response | Promise<Response>

/** The URL that a handler sees when the client gave none. */
const HOME = 'https://receiver.example/'

/** Sends all deliveries to a handler. */
export function createHandlerCourier(handler: DeliveryHandler, patience?: number): Courier {
  const destination: Destination = {
    shown: 'the handler in this process',
    post: async ({ method, url, headers, body }, signal) => {
      const init = { method, headers: headers.map(([name, value]): [string, string] => [name, value]), signal }
      // `Request` refuses even an empty body for a GET.
      const answer = await handler(new Request(url, body === '' ? init : { ...init, body }))
      return answer.status
    },
  }
  return { find: (url) => (readHttpUrl(url) ? destination : { refused: noUrl(url) }), home: HOME, patience }
}
