import { readJson } from './json-text.ts'
import { parsePointer } from './pointer.ts'
import type { Place, Reading, Source } from './source.ts'

/** Reads the text of a JSON file, where no YAML can be read; as `parseSource` does. */
export function parseJsonSource(text: string, file: string): Source {
  const content = withoutMark(text)
  return sourceOf(content, file, readJson(content))
}

/** A source that was read when the package or a module was built: its places are not known any more. */
export function builtSource(data: unknown, file: string): Source {
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
  const source = builtSource(undefined, file)
  return { ...source, problems: [source.problem({ code, pointer: '', message })] }
}

/** A text that was read, with the places of what stands in it. */
export function sourceOf(content: string, file: string, reading: Reading): Source {
  const place = placer(content)

  function locate(pointer: string): Place {
    return place(reading.offsetOf(pointer.startsWith('/') ? parsePointer(pointer) : []))
  }

  return {
    file,
    data: reading.data,
    problems: reading.mistakes.map(({ code, severity = 'error', message, offset }) => ({
      code,
      severity,
      message,
      file,
      pointer: '',
      ...place(offset),
    })),
    locate,
    problem: ({ code, severity = 'error', message, pointer }) => ({
      code,
      severity,
      message,
      file,
      pointer,
      ...locate(pointer),
    }),
  }
}

/** A text without its byte order mark. */
export function withoutMark(text: string): string {
  return text.charCodeAt(0) === 0xfeff ? text.slice(1) : text
}

function placer(text: string): (offset: number) => Place {
  let starts: number[] | undefined
  return (offset) => {
    if (!starts) {
      starts = [0]
      for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1)
    }
    let low = 0
    let high = starts.length - 1
    while (low < high) {
      const middle = (low + high + 1) >> 1
      if (starts[middle]! <= offset) low = middle
      else high = middle - 1
    }
    return { line: low + 1, column: offset - starts[low]! + 1 }
  }
}
