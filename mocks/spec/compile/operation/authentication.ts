import { didYouMean } from '../../problems/nearest.ts'
import {
  type Acting,
  type CredentialFormat,
  KEY_FAILURES,
  type KeyFailure,
  type Refusal,
  type Scheme,
} from '../../model/vendor.ts'
import { compileValue } from '../../values/value.ts'
import { type Context, entries, record, refusalOf, textOf } from '../context.ts'

/** Joins the document's security schemes with what `authenticate` says of them. */
export function compileSchemes(context: Context, raw: unknown, pointer: string): Map<string, Scheme> {
  const schemes = new Map<string, Scheme>()
  const mock = record(raw)
  const declared = record(record(context.document.components)['securitySchemes'])
  for (const name of Object.keys(mock)) {
    if (Object.hasOwn(declared, name)) continue
    context.report({
      code: 'unknown-scheme',
      pointer: `${pointer}/${name}`,
      message: `"${name}" is not one of components.securitySchemes.${didYouMean(name, Object.keys(declared))}`,
    })
  }
  for (const [name, value] of entries(declared)) {
    const { node } = context.deref(value, '')
    const place = whereOf(node)
    if (!place) continue
    const own = record(mock[name])
    const refuse: Partial<Record<KeyFailure, Refusal | undefined>> = {}
    for (const failure of KEY_FAILURES) {
      const ref = own[failure] ?? (failure === 'missing' ? undefined : (own['unknown'] ?? own['missing']))
      refuse[failure] = refusalOf(context, ref, `${pointer}/${name}/${failure}`)
    }
    const format = textOf(own['format'])
    schemes.set(name, {
      name,
      ...place,
      format: format === undefined ? undefined : compileFormat(context, format, `${pointer}/${name}/format`),
      refuse: refuse as Scheme['refuse'],
      acting: compileActing(context, own['acting'], `${pointer}/${name}/acting`),
      alone: refusalOf(context, own['alone'], `${pointer}/${name}/alone`),
    })
  }
  return schemes
}

function compileActing(context: Context, raw: unknown, pointer: string): Acting | undefined {
  if (raw === undefined) return undefined
  const node = record(raw)
  const refuse = refusalOf(context, node['refuse'], `${pointer}/refuse`)
  const account = compileValue(node['account'], `${pointer}/account`, context)
  const of = compileValue(node['of'], `${pointer}/of`, context)
  return refuse && { account, of, by: textOf(node['by']) ?? 'id', refuse }
}

/** Reads and writes credentials of one shape: `sk_live_{tag}`. */
export function compileFormat(context: Pick<Context, 'report'>, template: string, pointer: string): CredentialFormat {
  const [before, after, ...more] = template.split('{tag}')
  if (after === undefined || more.length > 0) {
    context.report({
      code: 'bad-credential-format',
      pointer,
      message: `"${template}" must have {tag} in it once, where this vendor's credentials differ, as in "sk_live_{tag}".`,
    })
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

function whereOf(
  node: Readonly<Record<string, unknown>>,
): Pick<Scheme, 'in' | 'field' | 'prefix' | 'spelled'> | undefined {
  switch (node['type']) {
    case 'apiKey': {
      const place = (textOf(node['in']) ?? 'header') as Scheme['in']
      const field = String(node['name'])
      return { in: place, field: place === 'header' ? field.toLowerCase() : field, prefix: '', spelled: '' }
    }
    case 'http':
      return withPrefix(String(node['scheme']))
    case 'oauth2':
    case 'openIdConnect':
      return withPrefix('bearer')
    default:
      return undefined
  }
}

/** Names of schemes are compared in any case, and shown as people write them: `Bearer`, or as the document does. */
function withPrefix(scheme: string): Pick<Scheme, 'in' | 'field' | 'prefix' | 'spelled'> {
  const spelled = `${scheme.slice(0, 1).toUpperCase()}${scheme.slice(1)} `
  return { in: 'header', field: 'authorization', prefix: spelled.toLowerCase(), spelled }
}
