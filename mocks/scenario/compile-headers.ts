import { type Compiling, compileValue, constant, type Value } from '../spec/value.ts'
import { entriesOf } from './raw.ts'

const NAME = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/

/** These say where an answer ends, which the connection decides. */
const FRAMING = new Set(['content-length', 'transfer-encoding'])

/** Compiles `headers` of an answer. A value of null stays: who lays headers over others removes the one it names. */
export function compileHeaders(
  raw: unknown,
  pointer: string,
  compiling: Compiling,
): Array<readonly [name: string, value: Value]> {
  return entriesOf(raw).map(([name, value]) => {
    const place = `${pointer}/${name}`
    if (!NAME.test(name) || /[\r\n\0]/.test(String(value))) {
      compiling.report({
        code: 'bad-header',
        pointer: place,
        message: `${JSON.stringify(`${name}: ${String(value)}`)} is not a header: a name is letters, digits and hyphens, and a value has no line breaks.`,
      })
      return [name, constant(undefined)] as const
    }
    if (FRAMING.has(name.toLowerCase())) {
      compiling.report({
        code: 'bad-header',
        pointer: place,
        message: `"${name}" is made where the answer is sent. Leave it out; to send a wrong one write "fault: wrong-content-length".`,
      })
    }
    return [name, compileValue(value, place, compiling)] as const
  })
}
