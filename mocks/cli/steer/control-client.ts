import { printable } from '../../state/printable.ts'
import { type Arguments, UsageError } from '../arguments.ts'

/** Calls of a server's control API, for one session. */
export interface ControlClient {
  readonly origin: string
  /** The session of `--session`; `default` without the option. */
  readonly session: string
  /** Sends a call for the chosen session. */
  readonly inSession: <Answer>(method: Method, path: string, body?: object) => Promise<Answer>
  /** Sends a call for the server. */
  readonly call: <Answer>(method: Method, path: string, body?: object) => Promise<Answer>
  /** Streams events of the chosen session, until the server or the signal ends the stream. */
  readonly events: (signal: AbortSignal) => AsyncGenerator<ControlEvent>
}

export interface ControlEvent {
  /** `exchange`, `delivery` or `missed`. */
  readonly name: string
  readonly data: unknown
}

type Method = 'GET' | 'POST' | 'PUT' | 'DELETE'

/** A call that the server has refused or not answered. */
class ControlCallError extends Error {
  override name = 'ControlCallError' as const
  readonly code: 'control-refused' | 'no-server'

  constructor(code: ControlCallError['code'], message: string, cause?: unknown) {
    super(message, { cause })
    this.code = code
  }
}

const DEFAULT_URL = 'http://127.0.0.1:4010'

/**
 * Finds the server by `--url` (SPARRING_URL), and reads the token for a remotely reachable server from SPARRING_TOKEN.
 *
 * @throws {@link UsageError} for an invalid address
 */
export function connectControl(args: Arguments, command: string): ControlClient {
  const text = args.text('url') ?? DEFAULT_URL
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url?.protocol !== 'http:' && url?.protocol !== 'https:')
    throw new UsageError(
      `${args.source('url')} is "${text}" and must be the address of a server: ${DEFAULT_URL}.`,
      command,
    )
  return createControlClient(url.origin, args.text('session'))
}

/** Calls the control API of the server at an origin. */
export function createControlClient(origin: string, session = 'default'): ControlClient {
  const token = process.env['SPARRING_TOKEN']
  const authorization = token === undefined || token === '' ? {} : { authorization: `Bearer ${token}` }

  const send = async (path: string, init: RequestInit): Promise<Response> => {
    const headers = { ...authorization, ...(init.method !== 'GET' && { 'content-type': 'application/json' }) }
    const response = await fetch(`${origin}/__sparring${path}`, { ...init, headers }).catch((cause: unknown) => {
      if (init.signal?.aborted) throw cause
      throw new ControlCallError('no-server', `No server answers at ${origin}: ${fetchFailure(cause)}. ${START}`, cause)
    })
    if (response.ok) return response
    throw await refusalOf(response, origin)
  }
  const call = async <Answer>(method: Method, path: string, body?: object): Promise<Answer> => {
    const response = await send(path, { method, body: body === undefined ? null : JSON.stringify(body) })
    const answer = await response.text()
    return (answer === '' ? undefined : JSON.parse(answer)) as Answer
  }
  const chosen = (path: string): string =>
    session === 'default' ? path : `${path}${path.includes('?') ? '&' : '?'}session=${encodeURIComponent(session)}`
  return {
    origin,
    session,
    call,
    inSession: (method, path, body) => call(method, chosen(path), body),
    events: async function* (signal) {
      const { body } = await send(chosen('/events'), { method: 'GET', signal })
      yield* readEvents(body!)
    },
  }
}

const START = 'Start one with "sparring serve", or name it with --url or SPARRING_URL.'

/** Why a `fetch` failed: it says so in its cause. */
export function fetchFailure(error: unknown): string {
  const { message, cause } = error as Error
  return cause instanceof Error && cause.message !== '' ? cause.message : message
}

async function refusalOf(response: Response, origin: string): Promise<ControlCallError> {
  const isProblem = response.headers.get('content-type')?.startsWith('application/problem+json') === true
  const detail = isProblem ? ((await response.json()) as { readonly detail?: string }).detail : undefined
  const message = detail ?? `${origin} answers ${response.status}, and is not a server of sparring.`
  return new ControlCallError('control-refused', printable(message))
}

/** Server-sent events (HTML Standard, section 9.2), as the control API sends them: one line of data each. */
async function* readEvents(body: ReadableStream<Uint8Array<ArrayBuffer>>): AsyncGenerator<ControlEvent> {
  let text = ''
  for await (const part of body.pipeThrough(new TextDecoderStream())) {
    text += part
    const frames = text.split('\n\n')
    text = frames.pop()!
    for (const frame of frames) {
      const data = fieldOf(frame, 'data')
      if (data !== undefined) yield { name: fieldOf(frame, 'event') ?? 'message', data: JSON.parse(data) as unknown }
    }
  }
}

function fieldOf(frame: string, name: string): string | undefined {
  const line = frame.split('\n').find((entry) => entry.startsWith(`${name}:`))
  return line?.slice(name.length + 1).trimStart()
}
