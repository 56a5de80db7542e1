// A client of Seal: reads entities, sets fields, has entities reviewed. https://docs.seal.run/api-documentation
import { setTimeout as delay } from 'node:timers/promises'

export interface Entity {
  readonly title: string
  readonly status: 'EDITABLE' | 'IN_VALIDATION' | 'IN_REVIEW' | 'FINISHED'
  readonly fields: Readonly<Record<string, { readonly value: unknown }>>
}

/** Why the client has given up; its `cause` has the status of the vendor's last answer, 0 where none came. */
export class SealError extends Error {}

const TRIES = 6
const CLOCK = { now: Date.now, sleep: (ms: number): Promise<unknown> => delay(ms) }
const BASE = 'https://backend.seal.run/api'

/** `parallel` is how many requests are in flight at most; the vendor allows a key about a hundred. */
export function createSealClient({ key = '', url = BASE, clock = CLOCK, parallel = 50, timeout = 30_000 }) {
  let [inFlight, atMost, notBefore] = [0, parallel, 0]
  const waiting: Array<() => void> = []

  /** A limit is the key's: after a 429 no request of this client goes out before the time that it names. */
  const takeRoom = async () => {
    while (inFlight >= atMost || clock.now() < notBefore) {
      if (clock.now() < notBefore) await clock.sleep(notBefore - clock.now() + Math.random() * 250)
      else await new Promise<void>((resolve) => waiting.push(resolve))
    }
    inFlight++
  }

  // Sends until an answer is final. Seal names 429 alone as worth a retry. That a 5xx or a lost connection is repeated is this
  // client's choice: reads, and values that are set, come to the same twice; for all else `findLost` looks first.
  const call = async <T>(method: string, path: string, body?: object, findLost?: () => Promise<T | undefined>) => {
    const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' }
    for (let attempt = 1; ; attempt++) {
      await takeRoom()
      const sent = { method, headers, signal: AbortSignal.timeout(timeout), body: body ? JSON.stringify(body) : null }
      const response = await fetch(url + path, sent).catch(() => undefined)
      const answer = (await response?.json().catch(() => undefined)) as { message?: string } | undefined
      inFlight--
      waiting.shift()?.()
      if (response?.ok && answer) return answer as T
      const status = answer && response ? response.status : 0
      const message = answer?.message ?? 'no answer'
      const mayPass = status === 0 || status === 429 || status >= 500
      if (!mayPass || attempt === TRIES) throw new SealError(`${status} ${message}`, { cause: { status } })
      // Both limits answer 429; only the message tells which. Too many at a time: from now on half as many.
      if (message.startsWith('Too many concurrent requests')) atMost = Math.max(1, Math.floor(atMost / 2))
      notBefore = clock.now() + Math.max(retryAfter(response, clock.now()), 250 * 2 ** attempt)
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
    const readSet = async () => call<{ id: string; status: string }>('GET', `/entities/${id}/change-set`)
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
        throw new SealError(`${entity.title} came back: its checks or its review failed`)
    }
    throw new SealError(`${id} is not published after ${within / 1000} s`)
  }

  return { getEntity, setField, publish }
}

/** ms that `Retry-After` asks for, in seconds or as a date. */
function retryAfter(response: Response | undefined, now: number): number {
  const asked = response?.headers.get('retry-after') ?? '0'
  return Number.isNaN(Number(asked)) ? Date.parse(asked) - now : Number(asked) * 1000
}
