import { framingFinding, isFramingHeader } from '../../spec/http/own-headers.ts'
import { type Compiling, compileValue, constant, type Value } from '../../spec/values/value.ts'
import { entriesOf } from '../raw.ts'

const NAME = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/

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
    if (isFramingHeader(name)) compiling.report(framingFinding(name, place))
    return [name, compileValue(value, place, compiling)] as const
  })
}
