/** One part of a `multipart/form-data` body (RFC 7578). */
export interface Part {
  readonly name: string
  readonly filename: string | undefined
  /** Media type, in lower case. */
  readonly type: string | undefined
  readonly bytes: Uint8Array
}

/** Takes a body apart; undefined where it is not what its content type says. */
export function partsOf(bytes: Uint8Array, contentType: string | undefined): readonly Part[] | undefined {
  const boundary = /boundary=(?:"([^"]+)"|([^;\s]+))/i.exec(contentType ?? '')
  const mark = boundary?.[1] ?? boundary?.[2]
  if (mark === undefined) return undefined
  // One character a byte: texts can be searched, and bytes come out as they went in.
  const text = latin1(bytes)
  const sections = text.split(`--${mark}`)
  if (sections.length < 3 || !sections.at(-1)!.startsWith('--')) return undefined
  return sections.slice(1, -1).flatMap((section) => {
    const [head, ...rest] = section.replace(/^\r\n/, '').split('\r\n\r\n')
    const name = /\bname="([^"]*)"/i.exec(head!)?.[1]
    if (name === undefined || rest.length === 0) return []
    const body = rest.join('\r\n\r\n').replace(/\r\n$/, '')
    return [
      {
        name: utf8(name),
        filename: decoded(/\bfilename="([^"]*)"/i.exec(head!)?.[1]),
        type: /^content-type:\s*([^;\r\n]+)/im.exec(head!)?.[1]?.trim().toLowerCase(),
        bytes: Uint8Array.from(body, (char) => char.charCodeAt(0)),
      },
    ]
  })
}

export function utf8OfBytes(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes)
}

function decoded(text: string | undefined): string | undefined {
  return text === undefined ? undefined : utf8(text)
}

function utf8(text: string): string {
  return utf8OfBytes(Uint8Array.from(text, (char) => char.charCodeAt(0)))
}

function latin1(bytes: Uint8Array): string {
  let text = ''
  for (let start = 0; start < bytes.length; start += 8192)
    text += String.fromCharCode(...bytes.subarray(start, start + 8192))
  return text
}
