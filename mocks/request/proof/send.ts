import type { Assembled } from '../../connect/mock/create-mock.ts'
import { baseFor, type BuiltRequest } from '../build-request.ts'
import type { Send } from './stage.ts'

/** Sends to a mock in this process, at the vendor's own address; redirects are not followed. */
export function inProcess(assembled: Assembled): Send {
  return async (_, request, signal) =>
    readAnswer(await assembled.mock.fetch(baseFor(assembled, request) + request.path, initOf(request, signal)))
}

/** What `fetch` takes for a built request. */
export function initOf({ method, headers, body }: BuiltRequest, signal: AbortSignal): RequestInit {
  return {
    method,
    headers: headers.map(([name, value]): [string, string] => [name, value]),
    redirect: 'manual',
    signal,
    ...(body !== undefined && { body }),
  }
}

export async function readAnswer(response: Response): ReturnType<Send> {
  const body = new Uint8Array(await response.arrayBuffer())
  return { status: response.status, headers: Object.fromEntries(response.headers), body }
}
