import { parseAst } from 'vite'

interface Node {
  readonly type: string
  readonly start: number
  readonly end: number
  readonly [part: string]: unknown
}

/** Makes each function of a module report its calls: file, name, line. */
export function instrument(source: string, file: string): string {
  const inserts: Array<{ readonly at: number; readonly text: string }> = []
  const visit = (value: unknown, name: string): void => {
    if (Array.isArray(value)) return value.forEach((entry) => visit(entry, name))
    if (!isNode(value)) return
    const own = nameOf(value) ?? name
    if (FUNCTIONS.has(value.type)) {
      const line = source.slice(0, value.start).split('\n').length
      const call = `__traceCall(${JSON.stringify(`${file} ${own}:${line}`)})`
      const body = value['body'] as Node
      if (body.type === 'BlockStatement') inserts.push({ at: body.start + 1, text: `${call};` })
      else {
        // The parentheses around an object literal do not belong to it.
        const start = source.lastIndexOf('=>', body.start) + 2
        inserts.push({ at: start, text: `(${call},` }, { at: value.end, text: ')' })
      }
    }
    for (const part of Object.values(value)) visit(part, own)
  }
  visit(parseAst(source), '')
  let text = source
  for (const { at, text: inserted } of inserts.sort((left, right) => right.at - left.at))
    text = text.slice(0, at) + inserted + text.slice(at)
  return text
}

const FUNCTIONS = new Set(['FunctionDeclaration', 'FunctionExpression', 'ArrowFunctionExpression'])

function isNode(value: unknown): value is Node {
  return value !== null && typeof value === 'object' && 'type' in value
}

/** The source of a function's name: itself, a variable, a method, a property. */
function nameOf(node: Node): string | undefined {
  const named = (node['id'] ?? node['key']) as { readonly name?: unknown } | null | undefined
  return typeof named?.name === 'string' ? named.name : undefined
}
