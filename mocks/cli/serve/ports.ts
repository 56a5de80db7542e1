import { type Arguments, UsageError } from '../arguments.ts'

/**
 * Reads `--port 4010 --port seek=4011`.
 *
 * @throws {@link UsageError} for an invalid port, and for two ports of the same vendor
 */
export function portsOf(
  args: Arguments,
  command: string,
): { readonly port?: number; readonly ports: Readonly<Record<string, number>> } {
  let main: number | undefined
  const ports = new Map<string, number>()
  const source = args.source('port')
  for (const text of args.list('port')) {
    const [, vendor, digits] = /^(?:([a-z][a-z0-9-]*)=)?(\d{1,5})$/.exec(text) ?? []
    const port = Number(digits)
    if (digits === undefined || port > 65_535) {
      throw new UsageError(`${source} is "${text}" and must be a number from 0 to 65535, or VENDOR=NUMBER.`, command)
    }
    const before = vendor === undefined ? main : ports.get(vendor)
    if (before !== undefined) {
      throw new UsageError(
        `${source} is given twice${vendor === undefined ? '' : ` for ${vendor}`}: ${before} and ${port}.`,
        command,
      )
    }
    if (vendor === undefined) main = port
    else ports.set(vendor, port)
  }
  return { ...(main !== undefined && { port: main }), ports: Object.fromEntries(ports) }
}
