import type { CredentialFormat } from './credential-format.ts'
import type { Scheme } from './rules/scheme.ts'

/** Where a request may carry a credential. */
export interface Carrier {
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | undefined>>
  readonly query: URLSearchParams
}

/** Returns the places where a request may carry a credential. The query is parsed on demand. */
export function carrierOf({ headers, query }: Pick<Carrier, 'headers'> & { readonly query: string }): Carrier {
  return {
    headers,
    get query() {
      return new URLSearchParams(query)
    },
  }
}

/** The request's credential for a scheme, without the scheme's prefix; undefined where there is none. */
export function readCredential(scheme: Scheme, { headers, query }: Carrier): string | undefined {
  const raw =
    scheme.in === 'header'
      ? headers[scheme.field]
      : scheme.in === 'query'
        ? (query.get(scheme.field) ?? undefined)
        : cookie(headers['cookie'], scheme.field)
  if (raw === undefined) return undefined
  const text = raw.trim()
  if (scheme.prefix === '') return text === '' ? undefined : text
  if (!text.toLowerCase().startsWith(scheme.prefix)) return undefined
  const credential = text.slice(scheme.prefix.length).trim()
  return credential === '' ? undefined : credential
}

/**
 * Whether a text has the format of a key of one of the schemes. A format that is only the tag would match every text.
 */
export function hasKeyFormat(schemes: Iterable<Scheme>, text: string): boolean {
  for (const { format } of schemes)
    if (format && format.template !== '{tag}' && format.tagOf(text) !== undefined) return true
  return false
}

/** @param template - as `sk_live_{tag}` */
export function createFormat(template: string): CredentialFormat {
  const [start = '', end = ''] = template.split('{tag}')
  return {
    template,
    tagOf: (credential) => {
      if (!credential.startsWith(start) || !credential.endsWith(end)) return undefined
      const tag = credential.slice(start.length, credential.length - end.length)
      return FREE.test(tag) ? tag : undefined
    },
    write: (tag) => `${start}${tag}${end}`,
  }
}

const FREE = /^[\w.~+/-]+=*$/

/** The variable part of a credential; undefined where it lacks the scheme's format. */
export function freePart(scheme: Scheme, credential: string): string | undefined {
  return scheme.format ? scheme.format.tagOf(credential) : credential
}

function cookie(header: string | undefined, name: string): string | undefined {
  for (const part of header?.split(';') ?? []) {
    const [key, value] = part.trim().split(/=(.*)/s)
    if (key === name) return value
  }
  return undefined
}
