import { didYouMean } from '../../problems/nearest.ts'
import { compileValue, constant } from '../../values/value.ts'
import type { Collection, GuardRule, Refusal, Requirement } from '../../model/vendor.ts'
import { type Context, type Data, list, record, refusalOf, textOf } from '../context.ts'

type Level = Extract<Requirement, { kind: 'level' }>

/** What the document root says of permission; operations only name the level they need. */
export interface Levels {
  readonly requirement: (context: Context, needs: unknown, refuse: Refusal | undefined, pointer: string) => Level[]
  /** For operations that say nothing. */
  readonly otherwise: readonly Requirement[]
  /** What answers a token without the scopes that an operation's `security` names; undefined where nobody looks at them. */
  readonly scopes: Refusal | undefined
}

const TESTS = ['equals', 'in', 'not', 'contains'] as const

export function compileLevels(context: Context, raw: unknown, pointer: string): Levels {
  const node = record(raw)
  const levels = list(node['levels']).map(String)
  const shared = {
    levels,
    granted: compileValue(node['granted'], `${pointer}/granted`, context),
    by: list(node['by']).map((value, index) => compileValue(value, `${pointer}/by/${index}`, context)),
  }
  const usual = refusalOf(context, node['refuse'], `${pointer}/refuse`)
  const requirement: Levels['requirement'] = (own, needs, refuse, at) => {
    if (!levels.includes(String(needs))) {
      const known = levels.length > 0 ? didYouMean(String(needs), levels) : ' The document root has no "authorize".'
      own.report({
        code: 'unknown-level',
        pointer: at,
        message: `"${String(needs)}" is not a level of permission.${known}`,
      })
    }
    const error = refuse ?? usual
    return error ? [{ kind: 'level', needs: String(needs), ...shared, refuse: error, schemes: undefined }] : []
  }
  const { needs } = node
  return {
    requirement,
    scopes: refusalOf(context, node['scopes'], `${pointer}/scopes`),
    otherwise: [
      ...(needs === undefined ? [] : requirement(context, needs, undefined, `${pointer}/needs`)),
      ...list(node['requires']).flatMap((entry, index) =>
        compileValueRequirement(context, record(entry), `${pointer}/requires/${index}`),
      ),
    ],
  }
}

export function compileRequirements(
  context: Context,
  raw: unknown,
  pointer: string,
  levels: Levels,
  isOpen: boolean,
): readonly Requirement[] {
  if (raw === undefined) return isOpen ? [] : levels.otherwise
  return list(raw).flatMap((entry, index): Requirement[] => {
    const node = record(entry)
    const at = `${pointer}/${index}`
    if (node['needs'] === undefined) return compileValueRequirement(context, node, at)
    const refuse = refusalOf(context, node['refuse'], `${at}/refuse`)
    const schemes = compileSchemeNames(context, node['schemes'], `${at}/schemes`)
    return levels
      .requirement(context, node['needs'], refuse, `${at}/needs`)
      .map((requirement) => ({ ...requirement, schemes }))
  })
}

/** The scopes that the document itself asks for: `security: [{ oauth: [scenes:read] }]`. */
export function compileScopes(context: Context, security: readonly unknown[], levels: Levels): readonly Requirement[] {
  const refuse = levels.scopes
  if (!refuse) return []
  const label = '{$credential.scopes}'
  const value = compileValue(label, '', context)
  return security
    .flatMap((alternative) => Object.entries(record(alternative)))
    .filter(([, scopes]) => list(scopes).length > 0)
    .map(([name, scopes]) => {
      const tests = [['contains', constant(list(scopes))]] as const
      return { kind: 'value', label, value, tests, refuse, schemes: [name] }
    })
}

function compileValueRequirement(context: Context, node: Data, at: string): Requirement[] {
  const refuse = refusalOf(context, node['refuse'], `${at}/refuse`)
  if (!refuse) return []
  const tests = TESTS.filter((test) => test in node).map(
    (test) => [test, compileValue(node[test], `${at}/${test}`, context)] as const,
  )
  const label = textOf(node['value']) ?? JSON.stringify(node['value'])
  const schemes = compileSchemeNames(context, node['schemes'], `${at}/schemes`)
  return [{ kind: 'value', label, value: compileValue(node['value'], `${at}/value`, context), tests, refuse, schemes }]
}

function compileSchemeNames(context: Context, raw: unknown, pointer: string): readonly string[] | undefined {
  if (raw === undefined) return undefined
  const known = Object.keys(record(record(context.document.components)['securitySchemes']))
  return list(raw).map((entry, index) => {
    const name = String(entry)
    if (!known.includes(name)) {
      const message = `"${name}" is not one of components.securitySchemes.${didYouMean(name, known)}`
      context.report({ code: 'unknown-scheme', pointer: `${pointer}/${index}`, message })
    }
    return name
  })
}

/** Guards look at an item that the path names, if they do not say which. */
export function compileGuard(
  context: Context,
  raw: unknown,
  pointer: string,
  named: readonly Collection[],
  collections: ReadonlyMap<string, Collection>,
): readonly GuardRule[] {
  if (raw === undefined) return []
  const all = [...collections.values()]
  return list(raw).flatMap((entry, index): GuardRule[] => {
    const node = record(entry)
    const at = `${pointer}/${index}`
    const of = itemOf(context, node, `${at}/of`, named, all)
    const refuse = refusalOf(context, node['refuse'], `${at}/refuse`)
    const kind = (['equals', 'in', 'not'] as const).find((test) => test in node)
    if (of === undefined || !refuse || !kind) return []
    const fields = list(node['fields'] ?? [node['field']]).map(String)
    return [
      {
        of,
        fields: fields.map((field) => (field.startsWith('/') ? field : `/${field}`)),
        kind,
        value: compileValue(node[kind], `${at}/${kind}`, context),
        refuse,
      },
    ]
  })
}

function itemOf(
  context: Context,
  node: Data,
  pointer: string,
  named: readonly Collection[],
  all: readonly Collection[],
): string | undefined {
  const own = textOf(node['of'])
  if (own === undefined) {
    const last = named.at(-1)
    if (last) return last.item
    context.report({
      code: 'no-item',
      pointer: pointer.replace(/\/of$/, ''),
      message: 'No parameter of this path names an item that could be guarded. Say which item it is: "of".',
    })
    return undefined
  }
  const items = all.map((collection) => collection.item)
  if (items.includes(own)) return own
  context.report({
    code: 'unknown-item',
    pointer,
    message: `"${own}" is not an item of one of the collections.${didYouMean(own, items)}`,
  })
  return undefined
}
