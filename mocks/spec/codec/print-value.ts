import { constantOf, memberOf, membersOf, type Scope, type Value } from '../values/value.ts'

/** A scope that reads members of one root without making the root. */
export interface MemberScope extends Scope {
  readonly member: (name: string) => unknown
}

/** A value whose scope has the members of one root at hand. */
export type MemberValue = (scope: MemberScope) => unknown

/** Prints a value; undefined where it has none. */
export type Printer = (scope: MemberScope) => string | undefined

/**
 * Reads a value, a member of the root directly.
 *
 * @example
 * readMember(compileValue('{$event.type}', '/x', compiling), 'event')
 * //=> (scope) => scope.member('type')
 */
export function readMember(value: Value, root: string): MemberValue {
  const name = memberOf(value, root)
  return name === undefined ? value : (scope) => scope.member(name)
}

/**
 * Compiles a value to a function that prints it: a text as it is, anything else as JSON. A map is printed member by
 * member, and never made.
 *
 * @param root - the root whose members the scope has at hand
 * @example
 * compilePrinter(compileValue({ step: '{$event.nth}' }, '/x', compiling), 'event')(scope)
 * //=> '{"step":3}'
 */
export function compilePrinter(value: Value, root: string): Printer {
  const known = constantOf(value)
  if (known) {
    const text = printValue(known.value)
    return () => text
  }
  if (membersOf(value)) return compileJson(value, root)
  const read = readMember(value, root)
  return (scope) => printValue(read(scope))
}

/** A text as it is, anything else as JSON. */
export function printValue(value: unknown): string | undefined {
  return typeof value === 'string' ? value : JSON.stringify(value)
}

function compileJson(value: Value, root: string): Printer {
  const known = constantOf(value)
  if (known) {
    const text = JSON.stringify(known.value) as string | undefined
    return () => text
  }
  const members = membersOf(value)
  // A map has its indices first, in whatever order they are written.
  if (!members || members.some(([key]) => /^\d/.test(key))) {
    const read = readMember(value, root)
    return (scope) => jsonOf(read(scope))
  }
  const parts = members.map(([key, entry]) => ({ name: `${JSON.stringify(key)}:`, print: compileJson(entry, root) }))
  return (scope) => {
    let text = ''
    for (const { name, print } of parts) {
      const printed = print(scope)
      if (printed !== undefined) text += text === '' ? `{${name}${printed}` : `,${name}${printed}`
    }
    return text === '' ? '{}' : `${text}}`
  }
}

/** Numbers are most of what changes from one printing to the next. */
function jsonOf(value: unknown): string | undefined {
  return typeof value === 'number' && Number.isFinite(value) ? String(value) : JSON.stringify(value)
}
