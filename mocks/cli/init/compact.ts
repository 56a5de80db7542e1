import { isRecord } from '../../spec/values/is-record.ts'
import { getPointer } from '../../spec/references/pointer.ts'
import { formatPath } from '../../spec/overlay/format-path.ts'
import { type Action, ASSUMED } from './sketch.ts'
import type { Document } from './document.ts'

/** Merges actions: equal ones, those for one place, and those with equal values for several places. */
export function compactActions(document: Document, actions: readonly Action[]): Action[] {
  const distinct = [...new Map(actions.map((action) => [JSON.stringify(action), action])).values()]
  return grouped(document, merged(distinct))
}

/** The values of `x-mock` for one place, in one action. */
function merged(actions: readonly Action[]): Action[] {
  const byTarget = new Map<string, Action>()
  for (const [index, action] of actions.entries()) {
    const key = isMock(action) ? action.target : String(index)
    const before = byTarget.get(key)
    const about = before?.about ?? action.about
    byTarget.set(
      key,
      before ? { ...before, update: merge(before.update, action.update), ...(about && { about }) } : action,
    )
  }
  return [...byTarget.values()]
}

function isMock({ update }: Action): boolean {
  return isRecord(update) && Object.keys(update).join() === 'x-mock'
}

function merge(left: unknown, right: unknown): unknown {
  if (!isRecord(left) || !isRecord(right)) return right
  const all = { ...left }
  for (const [key, value] of Object.entries(right)) {
    // The more specific guess has already given its reason.
    if (key !== ASSUMED || !(key in all)) all[key] = merge(all[key], value)
  }
  return all
}

/** One action for all operations with the same value at the same place. */
function grouped(document: Document, actions: readonly Action[]): Action[] {
  const groups = new Map<string, Action[]>()
  for (const [index, action] of actions.entries()) {
    const { path, update, about } = action
    const isOperation = path !== undefined && path[0] === 'paths' && path.length >= 3
    const key = isOperation ? JSON.stringify([path.slice(3), update, about]) : String(index)
    groups.set(key, [...(groups.get(key) ?? []), action])
  }
  return [...groups.values()].flatMap((group) => (group.length > 1 ? targetsOf(document, group) : group))
}

function targetsOf(document: Document, group: readonly Action[]): Action[] {
  const [first] = group as readonly [Action, ...Action[]]
  const rest = formatPath(first.path!.slice(3)).slice(1)
  const having = document.all.filter(
    ({ path, method }) =>
      getPointer(document.data, ['paths', path, method.toLowerCase(), ...first.path!.slice(3)]) !== undefined,
  )
  if (rest !== '' && having.length === group.length) return [{ ...first, target: `$.paths.*.*${rest}` }]
  const methods = new Map<string, string[]>()
  for (const { path } of group) methods.set(path![1]!, [...(methods.get(path![1]!) ?? []), path![2]!])
  const paths = new Map<string, string[]>()
  for (const [path, names] of methods) {
    const key = JSON.stringify([...names].sort())
    paths.set(key, [...(paths.get(key) ?? []), path])
  }
  return [...paths].map(([names, list]) => ({
    ...first,
    target: `$.paths${select(list)}${select(JSON.parse(names) as string[])}${rest}`,
  }))
}

function select(names: readonly string[]): string {
  const written = names.map((name) => formatPath([name]).slice(1))
  if (written.length === 1) return written[0]!
  return `[${names.map((name) => `'${name.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`).join(', ')}]`
}
