import { type Acting, type CredentialFormat, KEY_FAILURES, type Scheme } from '../../model/vendor.ts'
import { compileRefusal, documentRoot, followRef, schemeNames, type SpecCursor } from '../context.ts'
import type { Cursor, Reporting } from '../cursor.ts'

/** Joins the document's security schemes with what `authenticate` says of them. */
export function compileSchemes(authenticate: SpecCursor): Map<string, Scheme> {
  const { context } = authenticate
  const names = schemeNames(context)
  for (const [, node] of authenticate.entries()) node.key.isOneOf(names, 'scheme', 'one of components.securitySchemes')
  const declared = documentRoot(context).at('components', 'securitySchemes')
  const schemes = new Map<string, Scheme>()
  for (const [name, scheme] of declared.entries()) {
    const place = credentialPlace(followRef(scheme))
    if (!place) continue
    const node = authenticate.at(name)
    const written = new Map(KEY_FAILURES.map((failure) => [failure, compileRefusal(node.at(failure))]))
    const usual = written.get('unknown') ?? written.get('missing')
    const refuse = Object.fromEntries(
      KEY_FAILURES.map((failure) => [failure, written.get(failure) ?? (failure === 'missing' ? undefined : usual)]),
    )
    const [format, acting] = [node.optional('format'), node.optional('acting')]
    schemes.set(name, {
      name,
      ...place,
      format: format && compileFormat(format),
      refuse: refuse as Scheme['refuse'],
      acting: acting && compileActing(acting),
      alone: compileRefusal(node.at('alone')),
    })
  }
  return schemes
}

function compileActing(acting: SpecCursor): Acting | undefined {
  const refuse = compileRefusal(acting.at('refuse'))
  const account = acting.at('account').compile()
  const of = acting.at('of').compile()
  return refuse && { account, of, by: acting.at('by').text() ?? 'id', refuse }
}

/** Reads and writes credentials of one shape: `sk_live_{tag}`. */
export function compileFormat(format: Cursor<Reporting>): CredentialFormat {
  const template = format.text() ?? '{tag}'
  const [before, after, ...more] = template.split('{tag}')
  if (after === undefined || more.length > 0) {
    format.report(
      'bad-credential-format',
      `"${template}" must have {tag} in it once, where this vendor's credentials differ, as in "sk_live_{tag}".`,
    )
  }
  const start = before ?? ''
  const end = after ?? ''
  const free = /^[\w.~+/-]+=*$/
  return {
    template,
    tagOf: (credential) => {
      if (!credential.startsWith(start) || !credential.endsWith(end)) return undefined
      const tag = credential.slice(start.length, credential.length - end.length)
      return free.test(tag) ? tag : undefined
    },
    write: (tag) => `${start}${tag}${end}`,
  }
}

function credentialPlace(scheme: SpecCursor): Pick<Scheme, 'in' | 'field' | 'prefix' | 'spelled'> | undefined {
  switch (scheme.at('type').value) {
    case 'apiKey': {
      const place = (scheme.at('in').text() ?? 'header') as Scheme['in']
      const field = String(scheme.at('name').value)
      return { in: place, field: place === 'header' ? field.toLowerCase() : field, prefix: '', spelled: '' }
    }
    case 'http':
      return withPrefix(String(scheme.at('scheme').value))
    case 'oauth2':
    case 'openIdConnect':
      return withPrefix('bearer')
    default:
      return undefined
  }
}

/** Scheme names match in any case. Messages spell them with a capital: `Bearer`. */
function withPrefix(scheme: string): Pick<Scheme, 'in' | 'field' | 'prefix' | 'spelled'> {
  const spelled = `${scheme.slice(0, 1).toUpperCase()}${scheme.slice(1)} `
  return { in: 'header', field: 'authorization', prefix: spelled.toLowerCase(), spelled }
}
