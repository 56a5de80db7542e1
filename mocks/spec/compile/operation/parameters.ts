import type { MediaNode, ParameterNode } from '../../model/document.ts'
import type { Collection, Parameter } from '../../model/vendor.ts'
import { entries, followRef, record, schemaOf, type SpecCursor } from '../context.ts'

/** Compiles `parameters`; an operation's own stand behind those of its path. */
export function compileParameters(parameters: readonly SpecCursor[]): Parameter[] {
  const compiled = new Map<string, Parameter>()
  for (const parameter of parameters) {
    const node: ParameterNode = followRef(parameter).record()
    const media: MediaNode = record(entries(node.content)[0]?.[1])
    const place = node.in as Parameter['in']
    const name = String(node.name)
    // An operation's parameter overrides the path's of the same name and place.
    compiled.set(`${place} ${name}`, {
      name,
      in: place,
      required: node.required === true || place === 'path',
      schema: schemaOf(node.schema ?? media.schema),
      explode: node.explode !== false,
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
