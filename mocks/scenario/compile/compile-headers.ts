import type { Cursor } from '../../spec/compile/cursor.ts'
import { framingProblem, isFramingHeader } from '../../spec/http/own-headers.ts'
import { type Compiling, constant, type Value } from '../../spec/values/value.ts'

const NAME = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/

/** Compiles `headers` of an answer by a rule. Null values stay: they remove the header. */
export function compileAnswerHeaders(headers: Cursor<Compiling>): Array<readonly [name: string, value: Value]> {
  return headers.entries().map(([name, header]) => {
    if (!NAME.test(name) || /[\r\n\0]/.test(String(header.value))) {
      const written = JSON.stringify(`${name}: ${String(header.value)}`)
      header.report(
        'bad-header',
        `${written} is not a header: a name is letters, digits and hyphens, and a value has no line breaks.`,
      )
      return [name, constant(undefined)] as const
    }
    if (isFramingHeader(name)) header.report('bad-header', framingProblem(name))
    return [name, header.compile()] as const
  })
}
