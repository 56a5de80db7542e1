import { compileValue, constant } from '../../values/value.ts'
import type { Collection } from '../../model/collection.ts'
import type { GuardRule, Requirement } from '../../model/operation/steps.ts'
import type { Refusal } from '../../model/response.ts'
import { compileRefusal, type Context, record, schemeNames, type SpecCursor } from '../context.ts'
import { asList } from '../../values/is-record.ts'

type Level = Extract<Requirement, { kind: 'level' }>

/** Permission settings of the document root; operations only name the level they need. */
export interface Levels {
  readonly requirement: (needs: SpecCursor, refuse: Refusal | undefined) => Level[]
  /** For operations without `authorize`. */
  readonly fallback: readonly Requirement[]
  /**
   * The refusal of a token that lacks the scopes in an operation's `security`; undefined where scopes are not checked.
   */
  readonly scopes: Refusal | undefined
}

const TESTS = ['equals', 'in', 'not', 'contains'] as const

export function compileLevels(authorize: SpecCursor): Levels {
  const levels = authorize.at('levels').texts()
  const shared = {
    levels,
    granted: authorize.at('granted').compile(),
    by: authorize
      .at('by')
      .list()
      .map((value) => value.compile()),
  }
  const usual = compileRefusal(authorize.at('refuse'))
  const requirement: Levels['requirement'] = (needs, refuse) => {
    const level = String(needs.value)
    if (levels.length > 0) needs.isOneOf(levels, 'level', 'a level of permission')
    else {
      const problem = `"${level}" is not a level of permission.`
      needs.report('unknown-level', problem, 'The document root has no "authorize".')
    }
    const error = refuse ?? usual
    return error ? [{ kind: 'level', needs: level, ...shared, refuse: error, schemes: undefined }] : []
  }
  const needs = authorize.optional('needs')
  return {
    requirement,
    scopes: compileRefusal(authorize.at('scopes')),
    fallback: [
      ...(needs ? requirement(needs, undefined) : []),
      ...authorize.at('requires').list().flatMap(compileValueRequirement),
    ],
  }
}

export function compileRequirements(authorize: SpecCursor, levels: Levels, isOpen: boolean): readonly Requirement[] {
  if (authorize.value === undefined) return isOpen ? [] : levels.fallback
  return authorize.list().flatMap((node): Requirement[] => {
    const needs = node.optional('needs')
    if (!needs) return compileValueRequirement(node)
    const refuse = compileRefusal(node.at('refuse'))
    const schemes = compileSchemeNames(node.at('schemes'))
    return levels.requirement(needs, refuse).map((requirement) => ({ ...requirement, schemes }))
  })
}

/** The scopes that the document requires: `security: [{ oauth: [scenes:read] }]`. */
export function compileScopes(context: Context, security: readonly unknown[], levels: Levels): readonly Requirement[] {
  const refuse = levels.scopes
  if (!refuse) return []
  const label = '{$credential.scopes}'
  const value = compileValue(label, '', context)
  return security
    .flatMap((alternative) => Object.entries(record(alternative)))
    .filter(([, scopes]) => asList(scopes).length > 0)
    .map(([name, scopes]) => {
      const tests = [['contains', constant(asList(scopes))]] as const
      return { kind: 'value', label, value, tests, refuse, schemes: [name] }
    })
}

function compileValueRequirement(node: SpecCursor): Requirement[] {
  const refuse = compileRefusal(node.at('refuse'))
  if (!refuse) return []
  const tests = TESTS.filter((test) => node.has(test)).map((test) => [test, node.at(test).compile()] as const)
  const value = node.at('value')
  const label = value.text() ?? JSON.stringify(value.value)
  return [
    { kind: 'value', label, value: value.compile(), tests, refuse, schemes: compileSchemeNames(node.at('schemes')) },
  ]
}

function compileSchemeNames(schemes: SpecCursor): readonly string[] | undefined {
  if (schemes.value === undefined) return undefined
  const known = schemeNames(schemes.context)
  for (const name of schemes.list()) name.isOneOf(known, 'scheme', 'one of components.securitySchemes')
  return schemes.texts()
}

/**
 * Compiles `guard` of an operation.
 *
 * @param named - the collections whose items the path names; a rule without `of` applies to the last
 */
export function compileGuard(
  guard: SpecCursor,
  named: readonly Collection[],
  collections: ReadonlyMap<string, Collection>,
): readonly GuardRule[] {
  return guard.list().flatMap((node): GuardRule[] => {
    const of = guardedItem(node, named, collections)
    const refuse = compileRefusal(node.at('refuse'))
    const kind = (['equals', 'in', 'not'] as const).find((test) => node.has(test))
    if (of === undefined || !refuse || !kind) return []
    const fields = node.optional('fields')?.texts() ?? [String(node.at('field').value)]
    return [
      {
        of,
        fields: fields.map((field) => (field.startsWith('/') ? field : `/${field}`)),
        kind,
        value: node.at(kind).compile(),
        refuse,
      },
    ]
  })
}

function guardedItem(
  rule: SpecCursor,
  named: readonly Collection[],
  collections: ReadonlyMap<string, Collection>,
): string | undefined {
  const of = rule.optional('of')
  if (of) {
    const items = [...collections.values()].map((collection) => collection.item)
    return of.isOneOf(items, 'item', 'an item of one of the collections') ? of.text() : undefined
  }
  const last = named.at(-1)
  if (last) return last.item
  const problem = 'No parameter of this path names an item that could be guarded.'
  rule.report('no-item', problem, 'Say which item it is: "of".')
  return undefined
}
