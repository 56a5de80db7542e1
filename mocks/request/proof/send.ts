import type { Assembled } from '../../connect/mock/create-mock.ts'
import { baseFor, initOf } from '../build-request.ts'
import type { Send } from './stage.ts'

/** Sends to a mock in this process, at the vendor's own URL; redirects are not followed. */
export function inProcess(assembled: Assembled): Send {
  return async (_, request, signal) =>
    readAnswer(await assembled.mock.fetch(baseFor(assembled, request) + request.path, initOf(request, signal)))
}

export async function readAnswer(response: Response): ReturnType<Send> {
  const body = new Uint8Array(await response.arrayBuffer())
  return { status: response.status, headers: Object.fromEntries(response.headers), body }
}
