// A client of Seal: reads entities, sets fields, has entities reviewed. https://docs.seal.run/api-documentation
import { setTimeout as delay } from 'node:timers/promises'

export interface Entity {
  readonly id: string
  readonly title: string
  readonly status: 'EDITABLE' | 'IN_VALIDATION' | 'IN_REVIEW' | 'FINISHED'
  readonly version: string | null
  readonly fields: Readonly<Record<string, { readonly value: unknown }>>
}
interface ChangeSet {
  readonly id: string
  readonly status: 'OPEN' | 'IN_REVIEW' | 'CLOSED'
}

/** Why the client has given up. `status` is that of the last answer, 0 where none came. */
export class SealError extends Error {
  readonly status: number
  constructor(status: number, message: string) {
    super(message)
    this.status = status
  }
}

const TRIES = 6
const CLOCK = { now: Date.now, sleep: (ms: number): Promise<unknown> => delay(ms) }

/** `parallel` is how many requests are in flight at most; the vendor allows a key about a hundred. */
export function createSealClient({
  key = '',
  url = 'https://backend.seal.run/api',
  clock = CLOCK,
  parallel = 50,
  timeout = 30_000,
}) {
  let [inFlight, atMost, notBefore] = [0, parallel, 0]
  const waiting: Array<() => void> = []

  const send = async (method: string, path: string, body?: object) => {
    while (inFlight >= atMost || clock.now() < notBefore) {
      // A limit is the key's: after a 429 no request of this client goes out before the time that it names.
      if (clock.now() < notBefore) await clock.sleep(notBefore - clock.now() + Math.random() * 250)
      else await new Promise<void>((resolve) => waiting.push(resolve))
    }
    inFlight++
    const headers = { authorization: `Bearer ${key}`, ...(body && { 'content-type': 'application/json' }) }
    const init = { method, headers, signal: AbortSignal.timeout(timeout), ...(body && { body: JSON.stringify(body) }) }
    try {
      const response = await fetch(url + path, init)
      if (response.status === 429)
        notBefore = Math.max(notBefore, clock.now() + askedWait(response.headers, clock.now()))
      return { status: response.status, headers: response.headers, body: (await response.json()) as unknown }
    } catch {
      return { status: 0, headers: new Headers(), body: { message: `no answer to ${method} ${path}` } }
    } finally {
      inFlight--
      waiting.shift()?.()
    }
  }

  /**
   * Sends until an answer is final. Seal names 429 alone as worth a retry. That a 5xx or a lost connection is repeated is this
   * client's choice: reads, and values that are set, come to the same twice; for all else `findLost` looks first.
   */
  const call = async <T>(method: string, path: string, body?: object, findLost?: () => Promise<T | undefined>) => {
    for (let attempt = 1; ; attempt++) {
      const { status, headers, body: answer } = await send(method, path, body)
      if (status >= 200 && status < 300) return answer as T
      const { message = '' } = answer as { message?: string }
      const mayPass = status === 0 || status === 429 || status >= 500
      if (!mayPass || attempt === TRIES) throw new SealError(status, `${status} ${message}`)
      // Both limits answer 429; only the message tells which. Too many at a time: from now on half as many.
      if (message.startsWith('Too many concurrent requests')) atMost = Math.max(1, Math.floor(atMost / 2))
      await clock.sleep(Math.max(askedWait(headers, clock.now()), 250 * 2 ** attempt) + Math.random() * 250)
      const found = status === 429 ? undefined : await findLost?.()
      if (found) return found
    }
  }

  const getEntity = async (id: string) => call<Entity>('GET', `/entities/${id}`)

  /** Sets a field, whose name is its label. A 200 with a `message` is a warning: the value is set. */
  const setField = async (id: string, field: string, value: unknown) => {
    const path = `/entities/${id}/fields/${encodeURIComponent(field)}`
    const { message, ...entity } = await call<Entity & { message?: string }>('PATCH', path, { value })
    return { entity, warning: message }
  }

  /** Sends the change set of an entity to review, unless it is there, and polls until the entity is published. */
  const publish = async (id: string, within = 24 * 3_600_000): Promise<Entity> => {
    const deadline = clock.now() + within
    const readSet = async () => call<ChangeSet>('GET', `/entities/${id}/change-set`)
    const findSent = async () => readSet().then((set) => (set.status === 'OPEN' ? undefined : set))
    const set = await readSet()
    const ask = { allowDirectPublish: true }
    if (set.status === 'OPEN') await call('POST', `/change-sets/${set.id}/request-review`, ask, findSent)
    // People review, and Seal names no interval: five seconds at first, for the checks, then up to five minutes.
    for (let pause = 5000; clock.now() + pause <= deadline; pause = Math.min(pause * 1.5, 300_000)) {
      await clock.sleep(pause)
      const entity = await getEntity(id)
      if (entity.status === 'FINISHED') return entity
      if (entity.status === 'EDITABLE')
        throw new SealError(200, `${entity.title} came back: its checks or its review failed`)
    }
    throw new SealError(200, `${id} is not published after ${within / 1000} s`)
  }

  return { getEntity, setField, publish }
}

/** ms that `Retry-After` asks for, in seconds or as a date. */
function askedWait(headers: Headers, now: number): number {
  const asked = headers.get('retry-after') ?? '0'
  return Number.isNaN(Number(asked)) ? Date.parse(asked) - now : Number(asked) * 1000
}
