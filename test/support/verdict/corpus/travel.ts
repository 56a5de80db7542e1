import { setTimeout as sleep } from 'node:timers/promises'
import type { Journey } from './journeys.ts'

/** One request as a client library is given it. */
export interface Asked {
  readonly method: string
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | undefined
}

/** Sends one request with all retries that its library makes; undefined where no answer came that it could read. */
export type Send = (asked: Asked) => Promise<{ readonly status: number; readonly body: unknown } | undefined>

/** Polls before a program gives up, and ms between two. */
const POLLS = 25
const POLL_MS = 200

/** Where a journey goes, and with which key. */
export interface Place {
  readonly url: string
  readonly key: string
}

/** A program that reads twice, starts work and follows it: it does the next thing whatever came of the one before. */
export async function walk(send: Send, journey: Journey, { url, key }: Place): Promise<void> {
  const request = ({ method, path, body }: Journey['work'], id = ''): ReturnType<Send> =>
    send({
      method,
      url: url + path.replace('{id}', encodeURIComponent(id)),
      headers: {
        [journey.header]: journey.prefix + key,
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      body: body === undefined ? undefined : JSON.stringify(body),
    })
  for (const read of journey.reads) await request(read)
  const { poll } = journey
  const started = await request(journey.work)
  const id = poll && started && started.status < 300 ? at(started.body, poll.id) : undefined
  if (!poll || id === undefined) return
  for (let count = 0; count < POLLS; count++) {
    await sleep(POLL_MS)
    const answer = await request(poll, String(id))
    const state = answer && answer.status < 300 ? at(answer.body, poll.state) : undefined
    if (state === undefined || poll.final.some((final) => final === state)) return
  }
}

function at(body: unknown, path: readonly string[]): string | number | undefined {
  let found = body
  for (const name of path) found = (found as Record<string, unknown> | null | undefined)?.[name]
  return typeof found === 'string' || typeof found === 'number' ? found : undefined
}

/** What text says as JSON; undefined where it is none. */
export function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch {
    return undefined
  }
}
