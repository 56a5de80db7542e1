import { printable } from '../../state/printable.ts'

/**
 * Reads what a client gave as the address of a receiver: any text.
 *
 * @param base - what a path alone belongs to; without one it is no address
 * @returns undefined for what is no URL of HTTP
 */
export function readHttpUrl(text: string, base?: URL): URL | undefined {
  const isPath = base !== undefined && /^\/(?!\/)/.test(text)
  const url = isPath ? parse(text, base) : parse(text)
  return url && (url.protocol === 'http:' || url.protocol === 'https:') ? url : undefined
}

/** The reason that a delivery shows. */
export function noUrl(text: string): string {
  return `${printable(text, 200)} is not a URL of HTTP`
}

function parse(text: string, base?: URL): URL | undefined {
  return URL.canParse(text, base) ? new URL(text, base) : undefined
}
