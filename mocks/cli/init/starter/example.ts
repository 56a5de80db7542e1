import { assemble } from '../../../connect/mock/create-mock.ts'
import type { Library } from '../../../load/library.ts'
import { DEFAULT_SESSION } from '../../../engine/session/session.ts'
import { plainestRequest } from '../../../request/plainest-request.ts'

/** A request for a first test, and an error for it. */
export interface Example {
  readonly vendor: string
  readonly title: string
  readonly operation: string
  /** The URL at the vendor's own host, as a page requests it. */
  readonly url: string
  /** The path below the vendor's base URL. */
  readonly path: string
  readonly headers: ReadonlyArray<readonly [name: string, value: string]>
  /** A valid key; it is in the headers or in the path. */
  readonly key: string
  /** The status of a successful answer. */
  readonly good: number
  /** A documented error that `next` plays. */
  readonly bad: number
  /** Whether the vendor forbids pages to send the key. */
  readonly isKeyForServers: boolean
}

/** The errors that clients meet most often, first. */
const BAD = [429, 503, 500, 403, 401]

/**
 * Makes an example for a vendor, and plays it, so that a starter expects what the mock really answers.
 *
 * @throws {@link UnknownNameError} for an unknown vendor
 */
export async function makeExample(library: Library, name: string): Promise<Example> {
  const { mock, sessions } = assemble({ vendors: [name], clock: { frozen: true } }, library)
  try {
    const vendor = library.vendor(name)
    const { situation } = sessions.all.get(DEFAULT_SESSION)!
    const plainest = plainestRequest(library, vendor, situation)
    if (!plainest) throw new Error(`Failed to write a first test: ${name} has no operation to call.`)
    const { operation, request } = plainest
    const send = async (): Promise<number> => {
      const answer = await mock.fetch(request.origin + request.path, {
        headers: request.headers.map((pair) => [...pair]),
      })
      await answer.arrayBuffer()
      return answer.status
    }
    const good = await send()
    const documented = operation.responses.map(({ code }) => Number(code)).filter((status) => status >= 400)
    const bad = BAD.find((status) => documented.includes(status)) ?? documented[0]
    if (bad === undefined)
      throw new Error(`Failed to write a first test: ${operation.id} of ${name} documents no error.`)
    mock.next(name, operation.id, bad)
    const met = await send()
    if (good !== 200 || met !== bad)
      throw new Error(
        `Failed to write a first test: ${operation.id} of ${name} answers ${good}, and ${met} in place of ${bad}.`,
      )
    const base = vendor.servers[0]?.path ?? ''
    return {
      vendor: name,
      title: vendor.title,
      operation: operation.id,
      url: request.origin + request.path,
      path: request.path.slice(base.length),
      headers: request.headers,
      key: mock.credentials(name).active,
      good,
      bad,
      isKeyForServers: vendor.conduct.statements.has('browser-credential'),
    }
  } finally {
    mock.close()
  }
}
