import { type Reply, retryAfterOf, type Sent, type Wire } from './wire.ts'

/** Thrown by a client that cannot go on: its key is refused. */
export class Stopped extends Error {
  override name = 'Stopped' as const
}

/** How a good client sends: it retries what may pass, as late as it is told or later each time, and stops at a 401. */
export interface PatientSender {
  /** Reads, and reads again where the answer may pass or is broken. */
  readonly read: (path: string, sent?: Sent) => Promise<Reply>
  /** Starts work; after a failure without a clear answer it looks first whether the work was started. */
  readonly start: (path: string, body: unknown, look: () => Promise<unknown>, sent?: Sent) => Promise<Reply>
  /** Sends once more only after a refusal that says so. */
  readonly write: (method: string, path: string, sent?: Sent) => Promise<Reply>
}

const MOST_TRIES = 7

export function patientSender(
  { mock, send, sleep }: Wire,
  base: string,
  headers: Readonly<Record<string, string>>,
): PatientSender {
  const wait = (reply: Reply, attempt: number): Promise<void> =>
    sleep(retryAfterOf(reply.headers, mock.clock.now()) ?? 500 * 2 ** attempt)
  const once = async (method: string, path: string, sent: Sent): Promise<Reply> => {
    const reply = await send(method, `${base}${path}`, {
      timeout: 10_000,
      ...sent,
      headers: { ...headers, ...sent.headers },
    })
    if (reply.status === 401) throw new Stopped(`${method} ${path} gave 401`)
    return reply
  }
  return {
    read: async (path, sent = {}) => {
      for (let attempt = 1; ; attempt++) {
        const reply = await once('GET', path, sent)
        const isEmpty = reply.status === 200 && reply.body === ''
        if (!mayPass(reply) && !isEmpty) return reply
        if (attempt === MOST_TRIES) return reply
        await wait(reply, attempt)
      }
    },
    start: async (path, body, look, sent = {}) => {
      for (let attempt = 1; ; attempt++) {
        const reply = await once('POST', path, { ...sent, body })
        const isUnclear = reply.status === 0 || reply.status >= 500
        if (!isUnclear && reply.status !== 429) return reply
        if (attempt === MOST_TRIES) return reply
        await wait(reply, attempt)
        const found = isUnclear ? await look() : undefined
        if (found !== undefined) return { ...reply, status: 200, body: found }
      }
    },
    write: async (method, path, sent = {}) => {
      for (let attempt = 1; ; attempt++) {
        const reply = await once(method, path, sent)
        if (reply.status !== 429 || attempt === MOST_TRIES) return reply
        await wait(reply, attempt)
      }
    },
  }
}

function mayPass({ status }: Reply): boolean {
  return status === 0 || status === 429 || status >= 500
}
