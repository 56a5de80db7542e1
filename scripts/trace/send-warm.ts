import { assemble } from '../../mocks/connect/mock/create-mock.ts'
import { serveMock } from '../../mocks/connect/server/start-server.ts'
import { dialectRuntime } from '../../mocks/engine/exchange/dialect.ts'
import { buildRequest } from '../../mocks/request/build-request.ts'
import { createBuilder } from '../../mocks/request/builder.ts'

/** Number of requests after which all lazy values exist. */
const WARM = 3

/**
 * Sends a valid request for an operation to a server in this process, several times.
 *
 * @param record - starts the record; called before the last request
 * @returns the record, once the answer has arrived
 */
export async function sendWarm(vendorName: string, operationId: string, record: () => string[]): Promise<string[]> {
  const assembled = assemble({ vendors: [vendorName], clock: { frozen: true } })
  using mock = assembled.mock
  const { sessions, library, origins } = assembled
  const session = [...sessions.all.values()][0]!
  const { vendor } = dialectRuntime(session, sessions.engine.runtimes.get(vendorName)!)
  const operation = vendor.operations.get(operationId)
  if (!operation) throw new Error(`Failed to trace: ${vendorName} has no operation "${operationId}".`)
  const builder = createBuilder(vendor, library.specOf(vendor).source, session.situation)
  const request = buildRequest(builder, operation)
  const server = await serveMock(assembled, { port: 0 })
  const path = request.path.slice(new URL(origins[0]!.base).pathname.replace(/\/$/, '').length)
  const send = async (): Promise<void> => {
    const { method, headers, body } = request
    const answer = await fetch(`${server.url}/${vendorName}${path}`, {
      method,
      headers: headers.map(([name, value]): [string, string] => [name, value]),
      ...(body !== undefined && { body }),
    })
    await answer.text()
    if (!answer.ok) throw new Error(`Failed to trace: ${operationId} was answered with ${answer.status}.`)
    // Work that ends with the connection's write is included.
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  for (let sent = 0; sent < WARM; sent++) await send()
  const recorded = record()
  await send()
  const calls = [...recorded]
  await server.close()
  void mock
  return calls
}
