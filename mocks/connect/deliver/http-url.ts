import { printable } from '../../state/printable.ts'

/**
 * Parses the receiver address that a client gave, which may be any text.
 *
 * @param base - base URL for a path alone; without it a path is not valid
 * @returns undefined when it is not an HTTP URL
 */
export function readHttpUrl(text: string, base?: URL): URL | undefined {
  const isPath = base !== undefined && /^\/(?!\/)/.test(text)
  const url = isPath ? parse(text, base) : parse(text)
  return url && (url.protocol === 'http:' || url.protocol === 'https:') ? url : undefined
}

/** The reason that a delivery shows for an invalid URL. */
export function noUrl(text: string): string {
  return `${printable(text, 200)} is not a URL of HTTP`
}

function parse(text: string, base?: URL): URL | undefined {
  return URL.canParse(text, base) ? new URL(text, base) : undefined
}
