import { type ControlClient, fetchFailure } from '../steer/control-client.ts'
import { readJournal } from '../steer/read-journal.ts'
import type { ToolArguments } from './tool.ts'

interface ListedVendor {
  readonly name: string
  readonly credential: {
    readonly in: 'header' | 'query' | 'cookie'
    readonly name: string
    readonly prefix: string
  } | null
}

interface ShownSession {
  /** Number of the last exchange. */
  readonly exchanges: number
  readonly vendors: Readonly<Record<string, { readonly url: string; readonly key: string }>>
}

/** Characters of a body that an agent sees. */
const MOST = 20_000

/** Sends a request with the vendor's key, unless the request has its own credential, and explains the answer. */
export async function sendRequest(control: ControlClient, given: ToolArguments): Promise<object> {
  const { vendor: name, method = 'GET', path, headers: own = {}, body } = given
  const [vendors, { vendors: access, exchanges }] = await Promise.all([
    control.call<readonly ListedVendor[]>('GET', '/vendors'),
    control.call<ShownSession>('GET', `/sessions/${encodeURIComponent(control.session)}`),
  ])
  const vendor = vendors.find((one) => one.name === name)
  if (!vendor)
    throw new Error(`There is no vendor "${String(name)}". Known: ${vendors.map((one) => one.name).join(', ')}.`)
  const { url, key } = access[vendor.name]!
  const target = new URL(`${url}/${String(path).replace(/^\//, '')}`)
  const headers = new Headers(own as Record<string, string>)
  if (body !== undefined && typeof body !== 'string' && !headers.has('content-type'))
    headers.set('content-type', 'application/json')
  addKey(vendor.credential, key, target, headers)
  const sent = { method: String(method), headers, body: body === undefined ? null : textOf(body) }
  const answer = await fetch(target, sent).then(
    async (response) => ({
      status: response.status,
      headers: Object.fromEntries(response.headers),
      body: (await response.text()).slice(0, MOST),
    }),
    // A fault that is played, such as a connection reset, is an answer too.
    (error: unknown) => ({ failed: fetchFailure(error) }),
  )
  const explained = (await readJournal(control, { after: exchanges })).at(-1)
  return { ...answer, explanation: explained?.explanation ?? 'No exchange was kept.' }
}

function addKey(credential: ListedVendor['credential'], key: string, url: URL, headers: Headers): void {
  if (!credential) return
  const { in: place, name, prefix } = credential
  if (place === 'query') {
    if (!url.searchParams.has(name)) url.searchParams.set(name, key)
  } else if (place === 'cookie') {
    if (!headers.has('cookie')) headers.set('cookie', `${name}=${key}`)
  } else if (!headers.has(name)) headers.set(name, prefix + key)
}

function textOf(body: unknown): string {
  return typeof body === 'string' ? body : JSON.stringify(body)
}
