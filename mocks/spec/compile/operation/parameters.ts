import type { Collection, Parameter } from '../../model/vendor.ts'
import { follow, schemaOf, type SpecCursor } from '../context.ts'

/** Compiles `parameters`; an operation's own stand behind those of its path. */
export function compileParameters(parameters: readonly SpecCursor[]): Parameter[] {
  const compiled = new Map<string, Parameter>()
  for (const entry of parameters) {
    const node = follow(entry)
    const place = node.at('in').value as Parameter['in']
    const name = String(node.at('name').value)
    const [media] = node
      .at('content')
      .entries()
      .map(([, found]) => found)
    // An operation's parameter overrides the path's of the same name and place.
    compiled.set(`${place} ${name}`, {
      name,
      in: place,
      required: node.at('required').value === true || place === 'path',
      schema: schemaOf(node.at('schema').value ?? media?.at('schema').value),
      explode: node.at('explode').value !== false,
    })
  }
  return [...compiled.values()]
}

/** Which items the path names: by the collections' own parameters, or as `resolve` of the operation says. */
export function compileItems(
  resolve: SpecCursor,
  path: string,
  collections: ReadonlyMap<string, Collection>,
): ReadonlyMap<string, Collection> {
  const params = [...path.matchAll(/\{([^{}]+)\}/g)].map(([, name]) => name!)
  for (const [, name] of resolve.entries()) {
    if (name.isOneOf([...collections.keys(), 'none'], 'collection'))
      name.key.isOneOf(params, 'parameter', 'one of the parameters of this path')
  }
  const all = [...collections.values()]
  return new Map(
    params.flatMap((param): Array<[string, Collection]> => {
      const name = resolve.optional(param)
      const found = name ? collections.get(String(name.value)) : all.findLast((entry) => entry.param === param)
      return found ? [[param, found]] : []
    }),
  )
}
