import { METHODS, OTHERS } from '../http/methods.ts'
import { isRecord } from '../values/is-record.ts'
import { formatPointer } from '../references/pointer.ts'
import type { Finding } from './problem.ts'

type Kind = 'a map' | 'a list' | 'a text'
type Shape = Readonly<Record<string, Kind>>

const ROOT: Shape = {
  info: 'a map',
  servers: 'a list',
  paths: 'a map',
  webhooks: 'a map',
  components: 'a map',
  security: 'a list',
  tags: 'a list',
}
const COMPONENTS: Shape = {
  schemas: 'a map',
  responses: 'a map',
  parameters: 'a map',
  examples: 'a map',
  requestBodies: 'a map',
  headers: 'a map',
  securitySchemes: 'a map',
  pathItems: 'a map',
}
const ITEM: Shape = {
  parameters: 'a list',
  servers: 'a list',
  ...Object.fromEntries([...METHODS].map((method) => [method, 'a map'])),
  [OTHERS]: 'a map',
}
const OPERATION: Shape = {
  operationId: 'a text',
  tags: 'a list',
  parameters: 'a list',
  requestBody: 'a map',
  responses: 'a map',
  security: 'a list',
  servers: 'a list',
}
const RESPONSE: Shape = { headers: 'a map', content: 'a map' }

/**
 * Reports parts of a document whose kind OpenAPI does not allow there, so that they cannot be read. Also used for
 * schemas.
 */
export function checkShape(document: unknown): Finding[] {
  const findings: Finding[] = []
  const check = (node: unknown, shape: Shape, path: readonly string[]): Readonly<Record<string, unknown>> => {
    const found = isRecord(node) ? node : {}
    for (const [key, kind] of Object.entries(shape)) {
      const message = Object.hasOwn(found, key) ? kindFault(key, kind, found[key]) : undefined
      if (message !== undefined) findings.push({ code: 'wrong-type', pointer: formatPointer([...path, key]), message })
    }
    return found
  }
  const each = (node: unknown, path: readonly string[], shape: Shape): void => {
    if (!isRecord(node)) return
    for (const [name, entry] of Object.entries(node)) check(entry, shape, [...path, name])
  }
  const root = check(document, ROOT, [])
  const components = check(root['components'], COMPONENTS, ['components'])
  each(components['responses'], ['components', 'responses'], RESPONSE)
  const paths = Object.entries(isRecord(root['paths']) ? root['paths'] : {}).filter(([path]) => !path.startsWith('x-'))
  check(root['paths'], Object.fromEntries(paths.map(([path]) => [path, 'a map'])), ['paths'])
  for (const [path, raw] of paths) {
    const item = check(raw, ITEM, ['paths', path])
    const others = isRecord(item[OTHERS]) ? item[OTHERS] : {}
    const operations = [
      ...Object.keys(item)
        .filter((key) => METHODS.has(key))
        .map((key) => [item[key], [key]] as const),
      ...Object.entries(others).map(([method, node]) => [node, [OTHERS, method]] as const),
    ]
    for (const [node, keys] of operations) {
      const at = ['paths', path, ...keys]
      const operation = check(node, OPERATION, at)
      each(operation['responses'], [...at, 'responses'], RESPONSE)
    }
  }
  return findings
}

/** Why a value cannot be read under its key; undefined where it can. */
function kindFault(key: string, kind: Kind, value: unknown): string | undefined {
  return isOf(kind, value) ? undefined : `"${key}" must be ${kind}; got ${kindName(value)}.`
}

/** Why no operation of a path can be read. */
export function pathFault(path: string, item: unknown): string | undefined {
  return kindFault(path, 'a map', item)
}

/** Why an operation is unanswerable because it or its answers have the wrong kind. */
export function operationFault(method: string, operation: unknown): string | undefined {
  if (!isRecord(operation)) return kindFault(method, 'a map', operation)
  return 'responses' in operation ? kindFault('responses', 'a map', operation['responses']) : undefined
}

function isOf(kind: Kind, value: unknown): boolean {
  if (kind === 'a text') return typeof value === 'string'
  return kind === 'a list' ? Array.isArray(value) : isRecord(value)
}

/** The name of a value's kind in such messages. */
export function kindName(value: unknown): string {
  if (Array.isArray(value)) return 'a list'
  return isRecord(value) ? 'a map' : JSON.stringify(value)
}
