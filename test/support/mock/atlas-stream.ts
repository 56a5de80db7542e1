import { type AtlasClient } from './atlas.ts'
import { follow, type Followed } from '../server/follow.ts'
import { ENTRY_POINTS, type EntryPoint, openEntry } from './mock.ts'

export const QUESTION = { question: 'Why?' }
export const NEVER = { jobs: { run: { timings: { running: 'never' } } } }
export const RUN = {
  run_id: 'run_f6c5985d0525',
  status: 'pending',
  question: 'Why?',
  output: null,
  started_at: '2026-03-16T10:00:00.000Z',
  credits: null,
}
export const DONE = { ...RUN, status: 'completed', output: 'All of it.', credits: 2 }

export function event(name: string, data: object, id?: number): string {
  return `event: ${name}\n${id === undefined ? '' : `id: ${id}\n`}data: ${JSON.stringify(data)}\n\n`
}

export function half(text: string): string {
  return text.slice(0, Math.floor(text.length / 2))
}

export const INIT = event('init', RUN)
export const BEGINNING = INIT + event('queued', { place: 1 }, 0)
export const STEP = event('step_started', { step: 'search', title: 'District Assurance' }, 1)
export const TOKENS = [1, 2, 3].map((nth) => event('token', { token: `word ${nth} ` }, nth + 1))
export const END =
  event('step_completed', { step: 'search', title: 'Future Identity', ok: true }, 5) +
  event('finished', { by: 'Harbourline' }, 6) +
  event('done', DONE)
export const WHOLE = BEGINNING + STEP + TOKENS.join('') + END

export interface Opened {
  readonly response: Response
  readonly body: Followed
  readonly abort: () => void
}

/** Opens a stream through an entry point. */
export async function open(
  entry: EntryPoint,
  client: AtlasClient,
  path = '/runs/stream',
  init?: RequestInit,
): Promise<Opened> {
  const send = await openEntry(entry, client.mock)
  const controller = new AbortController()
  const options = { signal: controller.signal, ...init }
  const request =
    path === '/runs/stream'
      ? client.request('POST', path, QUESTION, options)
      : client.request('GET', path, undefined, options)
  const response = await send(request)
  return { response, body: follow(response), abort: () => controller.abort() }
}

export const [socket, inProcess] = ENTRY_POINTS as readonly [EntryPoint, EntryPoint]
