import { asRecord } from '../../scenario/raw.ts'
import { formatPath } from '../../spec/overlay/format-path.ts'
import { formatPointer } from '../../spec/pointer.ts'
import { below, type Document, root } from './document.ts'
import { type Action, type Found, updateAt } from './sketch.ts'

/** Another name for a path parameter, on all paths below one. */
export interface Rename {
  readonly param: string
  readonly paths: ReadonlyArray<readonly [from: string, to: string]>
  readonly actions: readonly Action[]
}

/**
 * Gives a path parameter that names things of several kinds a name of its own. Requests look the same: the name is known
 * to the document alone. `undefined` where it cannot be done by actions.
 */
export function renameParam(document: Document, base: string, from: string, to: string): Rename | undefined {
  const items = asRecord(document.data['paths'])
  const start = `${base}/{${from}}`
  const paths = Object.keys(items)
    .filter((path) => `${path}/`.startsWith(`${start}/`))
    .map((path) => [path, `${base}/{${to}}${path.slice(start.length)}`] as const)
  const isTaken = paths.some(([path, other]) => Object.hasOwn(items, other) || path.split(`{${from}}`).length > 2)
  if (isTaken || paths.some(([path]) => '$ref' in asRecord(items[path]))) return undefined
  const actions = paths.flatMap(([path, other], index): Action[] => [
    updateAt(
      ['paths'],
      { [other]: {} },
      index === 0
        ? [`{${from}} names things of several kinds; here it is called {${to}}. Requests look as before.`]
        : undefined,
    ),
    { target: formatPath(['paths', other]), copy: formatPath(['paths', path]) },
    { target: formatPath(['paths', path]), remove: true },
    ...renameIn(document, path, other, from, to),
  ])
  return { param: to, paths, actions }
}

function renameIn(document: Document, path: string, other: string, from: string, to: string): Action[] {
  const item = below(document, root(document), 'paths', path)
  return ['', ...Object.keys(item.node)].flatMap((method): Action[] => {
    const node = method === '' ? item.node : asRecord(item.node[method])
    const listed = node['parameters']
    if (!Array.isArray(listed)) return []
    const place = ['paths', other, ...(method === '' ? [] : [method]), 'parameters']
    return (listed as unknown[]).flatMap((entry): Action[] => {
      const parameter = below(document, { node: asRecord(entry), path: [] }).node
      if (parameter['name'] !== from || parameter['in'] !== 'path') return []
      const ref = asRecord(entry)['$ref']
      if (ref === undefined) {
        return [{ target: `${formatPath(place)}[?@.name == '${from}' && @.in == 'path'].name`, update: to }]
      }
      return [
        { target: `${formatPath(place)}[?@['$ref'] == '${String(ref)}']`, remove: true },
        updateAt(place, [{ ...parameter, name: to }]),
      ]
    })
  })
}

/** What was found, with the new names of paths in place of the old ones. */
export function withRenames(found: Required<Found>, renames: readonly Rename[]): Required<Found> {
  if (renames.length === 0) return found
  const pairs = renames.flatMap(({ paths }) => paths)
  const swap = (text: string): string => {
    for (const [from, to] of pairs) {
      for (const form of [
        (path: string) => formatPath(['paths', path]),
        (path: string) => `#${formatPointer(['paths', path])}/`,
      ]) {
        if (text.startsWith(form(from))) return form(to) + text.slice(form(from).length)
      }
      // An operation without an id is called by its method and path.
      if (text.endsWith(` ${from}`) && /^[A-Z]+ \S+$/.test(text)) return text.slice(0, -from.length) + to
    }
    return text
  }
  const deep = (value: unknown): unknown => {
    if (typeof value === 'string') return swap(value)
    if (value === null || typeof value !== 'object') return value
    if (Array.isArray(value)) return value.map(deep)
    return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, deep(entry)]))
  }
  return {
    ...found,
    root: asRecord(deep(found.root)),
    actions: [
      ...renames.flatMap(({ actions }) => actions),
      ...found.actions.map((action) => ({
        ...action,
        target: swap(action.target),
        ...(action.copy !== undefined && { copy: swap(action.copy) }),
      })),
    ],
  }
}
