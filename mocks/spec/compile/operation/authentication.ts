import { type Acting, KEY_FAILURES, type Scheme } from '../../model/rules/scheme.ts'
import type { CredentialFormat } from '../../model/credential-format.ts'
import { createFormat } from '../../model/read-credential.ts'
import { didYouMean, notOneOf } from '../../problems/nearest.ts'
import { kindName } from '../../problems/shape.ts'
import { isRecord, type Raw } from '../../values/is-record.ts'
import { compileRefusal, documentRoot, followRef, schemeNames, type SpecCursor } from '../context.ts'
import type { Cursor, Reporting } from '../cursor.ts'
import { capitalized } from '../../../state/printable.ts'

/**
 * Joins the document's security schemes with `authenticate`. A scheme that `security` names but nothing declares
 * (OpenAPI 3.1.1 section 4.8.30) requires some `Authorization`, so that a typo does not disable authentication.
 */
export function compileSchemes(authenticate: SpecCursor): Map<string, Scheme> {
  const { context } = authenticate
  const names = schemeNames(context)
  for (const [, node] of authenticate.entries()) node.key.isOneOf(names, 'scheme', 'one of components.securitySchemes')
  const declared = documentRoot(context).at('components', 'securitySchemes')
  const schemes = new Map<string, Scheme>()
  for (const [name, scheme] of declared.entries()) {
    const place = credentialPlace(followRef(scheme), name)
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
  for (const name of undeclaredNames(documentRoot(context), names)) {
    const refuse = Object.fromEntries(KEY_FAILURES.map((failure) => [failure, undefined])) as Scheme['refuse']
    const rest = { format: undefined, refuse, acting: undefined, alone: undefined }
    schemes.set(name, { name, ...ANY_AUTHORIZATION, ...rest })
  }
  return schemes
}

/**
 * The alternatives in `security`, each a map of schemes. A text counts as the scheme of that name, a map as a list of
 * one.
 */
export function securityOf(security: SpecCursor): readonly Raw[] {
  return (isRecord(security.value) ? [security] : security.list()).map(({ value }) =>
    typeof value === 'string' ? { [value]: [] } : isRecord(value) ? value : { [kindName(value)]: [] },
  )
}

/** Undeclared schemes that `security` names; each is reported at its first use. */
function undeclaredNames(root: SpecCursor, declared: readonly string[]): Set<string> {
  const found = new Set<string>()
  const look = (security: SpecCursor): void => {
    for (const name of securityOf(security).flatMap((alternative) => Object.keys(alternative))) {
      if (declared.includes(name) || found.has(name)) continue
      found.add(name)
      const message = `${notOneOf(name, 'one of components.securitySchemes', declared)} ${UNTIL_THEN}`
      root.context.flaw({ code: 'unknown-scheme', pointer: security.pointer, message })
    }
  }
  look(root.at('security'))
  for (const [, item] of root.at('paths').entries())
    for (const [, operation] of followRef(item).entries()) look(operation.at('security'))
  return found
}

const UNTIL_THEN = 'Until then any credential in the header "Authorization" passes.'

function compileActing(acting: SpecCursor): Acting | undefined {
  const refuse = compileRefusal(acting.at('refuse'))
  const account = acting.at('account').compile()
  const of = acting.at('of').compile()
  return refuse && { account, of, by: acting.at('by').text() ?? 'id', refuse }
}

/** Compiles a format that reads and writes credentials, such as `sk_live_{tag}`. */
export function compileFormat(format: Cursor<Reporting>): CredentialFormat {
  const template = format.text() ?? '{tag}'
  if (template.split('{tag}').length !== 2) {
    format.report(
      'bad-credential-format',
      `"${template}" must have {tag} in it once, where this vendor's credentials differ, as in "sk_live_{tag}".`,
    )
  }
  return createFormat(template)
}

type CredentialPlace = Pick<Scheme, 'in' | 'field' | 'prefix' | 'spelled'>

const ANY_AUTHORIZATION: CredentialPlace = { in: 'header', field: 'authorization', prefix: '', spelled: '' }

const TYPES = ['apiKey', 'http', 'oauth2', 'openIdConnect', 'mutualTLS']
const PLACES = ['header', 'query', 'cookie'] as const

/**
 * Where the request carries a scheme's credential; undefined for a scheme without one. Reports what the scheme lacks.
 */
function credentialPlace(scheme: SpecCursor, name: string): CredentialPlace | undefined {
  const wrong = (problem: string): CredentialPlace => {
    const message = `The security scheme "${name}" cannot be asked for: ${problem} ${UNTIL_THEN}`
    scheme.context.flaw({ code: 'unusable-scheme', pointer: scheme.pointer, message })
    return ANY_AUTHORIZATION
  }
  const type = scheme.at('type').text()
  switch (type) {
    case 'apiKey': {
      const written = scheme.at('in').text() ?? 'header'
      const place = PLACES.find((known) => known === written)
      const field = scheme.at('name').text()
      if (!place) return wrong(`"in" is "${written}".${didYouMean(written, PLACES)}`)
      if (field === undefined) return wrong('it has no "name".')
      return { in: place, field: place === 'header' ? field.toLowerCase() : field, prefix: '', spelled: '' }
    }
    case 'http': {
      const word = scheme.at('scheme').text()
      return word === undefined ? wrong('it has no "scheme", as bearer or basic.') : withPrefix(word)
    }
    case 'oauth2':
    case 'openIdConnect':
      return withPrefix('bearer')
    case 'mutualTLS':
      return undefined
    default:
      return wrong(type === undefined ? 'it has no "type".' : `"type" is "${type}".${didYouMean(type, TYPES)}`)
  }
}

/** Scheme names match case-insensitively. Messages capitalize them: `Bearer`. */
function withPrefix(scheme: string): CredentialPlace {
  const spelled = `${capitalized(scheme)} `
  return { in: 'header', field: 'authorization', prefix: spelled.toLowerCase(), spelled }
}
