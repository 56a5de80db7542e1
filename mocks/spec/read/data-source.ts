import { DEEPEST, tooDeepIn } from './nesting.ts'
import { formatPointer } from '../references/pointer.ts'
import { parseExactly } from '../values/exact-number.ts'
import type { Source } from './source.ts'

/** The source of data without a text: built into a module, or made in code. Problems name JSON Pointers. */
export function dataSource(data: unknown, file: string): Source {
  const place = { line: 0, column: 0 }
  return {
    file,
    data,
    problems: [],
    fileOf: () => file,
    locate: () => place,
    problem: ({ severity = 'error', ...finding }) => ({ ...finding, severity, file, ...place }),
  }
}

/** The source of data that is known before its files are put together, which is done when a place in them is asked for. */
export function lateSource(data: unknown, file: string, make: () => Source): Source {
  let made: Source | undefined
  const whole = (): Source => (made ??= make())
  return {
    file,
    data,
    problems: [],
    fileOf: (pointer) => whole().fileOf(pointer),
    locate: (pointer) => whole().locate(pointer),
    problem: (finding) => whole().problem(finding),
  }
}

/**
 * The source of a user's object, copied as JSON so that later changes to the object have no effect. An object that is
 * cyclic or nested too deep has a problem and no data.
 */
export function objectSource(object: unknown, file: string): Source {
  const deep = tooDeepIn(object)
  if (deep) {
    const holder = formatPointer(deep.slice(0, 8))
    const message = `Lists and maps are nested more than ${DEEPEST} levels deep below ${holder}, as in an object that holds itself. Refer to a part by "$ref" instead of embedding it.`
    return brokenSource(file, 'too-deep', message)
  }
  try {
    return dataSource(parseExactly(JSON.stringify(object)), file)
  } catch (error) {
    return brokenSource(file, 'not-json', `The document cannot be written as JSON: ${(error as Error).message}.`)
  }
}

/** The placeholder for an unreadable file: it has a problem and no data. */
export function brokenSource(file: string, code: string, message: string): Source {
  const source = dataSource(undefined, file)
  return { ...source, problems: [source.problem({ code, pointer: '', message })] }
}
