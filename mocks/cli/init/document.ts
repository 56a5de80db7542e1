import { operationPath } from '../../spec/http/methods.ts'
import { createGenerator, type Generator } from '../../generate/generator.ts'
import type { Library } from '../../load/library.ts'
import { loadFaker } from '../../load/load-faker.ts'
import { asRecord, type Raw } from '../../scenario/raw.ts'
import { deref } from '../../spec/references/deref.ts'
import type { Source } from '../../spec/read/source.ts'
import type { Operation } from '../../spec/model/operation/operation.ts'
import type { Vendor } from '../../spec/model/vendor.ts'
import { chooseOperations } from './choose.ts'

/** A document that gets a sidecar, compiled and as written. */
export interface Document {
  /** With the operations to guess about. */
  readonly vendor: Vendor
  /** All operations of the document. */
  readonly all: readonly Operation[]
  readonly source: Source
  readonly data: Raw
  readonly generator: Generator
}

/** A part of the document and its place, with references resolved. */
export interface Part {
  readonly node: Raw
  readonly path: readonly string[]
}

/** @param chosen - the operations to guess about; default: all */
export function openDocument(library: Library, file: string, chosen?: string): Document {
  const vendor = library.vendor(file, false)
  const generator = createGenerator({ schemas: vendor.schemas, seed: 1, loadFaker })
  const { source } = library.specOf(vendor)
  const operations = chosen === undefined ? vendor.operations : chooseOperations(vendor.operations, chosen)
  return {
    vendor: { ...vendor, operations },
    all: [...vendor.operations.values()],
    source,
    data: asRecord(source.data),
    generator,
  }
}

/** Resolves a path below a part, following references. */
export function partBelow({ data }: Document, from: Part, ...keys: readonly string[]): Part {
  let { node, path } = from
  for (const key of [undefined, ...keys]) {
    if (key !== undefined) {
      node = asRecord(node[key])
      path = [...path, key]
    }
    const found = deref(data, node)
    node = found.node
    path = found.path ?? path
  }
  return { node, path }
}

export function root(document: Document): Part {
  return { node: document.data, path: [] }
}

export function operationPart(document: Document, operation: Operation): Part {
  return partBelow(document, root(document), ...operationPath(operation))
}

/** Whether each operation needs a key, so that the account of every request is known. */
export function needsKey({ security }: Operation): boolean {
  return security.length > 0 && security.every((alternative) => alternative.length > 0)
}

/** A schema with its `allOf` merged. */
export interface Shape {
  readonly types: readonly string[]
  readonly properties: Readonly<Record<string, Raw>>
  readonly required: readonly string[]
  readonly node: Raw
}

export function schemaShape(document: Document, schema: unknown, depth = 0): Shape {
  const { node } = partBelow(document, { node: asRecord(schema), path: [] })
  const parts =
    depth < 8 && Array.isArray(node['allOf'])
      ? (node['allOf'] as unknown[]).map((part) => schemaShape(document, part, depth + 1))
      : []
  const types = [node['type']].flat().filter((type) => typeof type === 'string')
  return {
    types: types.length > 0 ? types : parts.flatMap((part) => part.types),
    properties: Object.assign(
      {},
      ...parts.map((part) => part.properties),
      asRecord(node['properties']),
    ) as Shape['properties'],
    required: [
      ...parts.flatMap((part) => part.required),
      ...(Array.isArray(node['required']) ? (node['required'] as string[]) : []),
    ],
    node,
  }
}

export function isNullable({ types, node }: Shape): boolean {
  return types.includes('null') || node['nullable'] === true
}
