import type { Source } from './source.ts'

/**
 * The source of data that comes without a text: built into a module, or made in code. Problems name their place by its
 * JSON Pointer.
 */
export function dataSource(data: unknown, file: string): Source {
  const place = { line: 0, column: 0 }
  return {
    file,
    data,
    problems: [],
    locate: () => place,
    problem: ({ severity = 'error', ...finding }) => ({ ...finding, severity, file, ...place }),
  }
}

/** What stands in place of a file that cannot be read: it has no data, and says why. */
export function brokenSource(file: string, code: string, message: string): Source {
  const source = dataSource(undefined, file)
  return { ...source, problems: [source.problem({ code, pointer: '', message })] }
}
