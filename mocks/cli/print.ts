import { styleText } from 'node:util'
import { firstProblems, formatProblem, type Problem } from '../spec/problems/problem.ts'

/** Where a command writes: what was asked for to `out`, what happens meanwhile and what went wrong to `err`. */
export interface Print {
  readonly out: (text: string) => void
  readonly err: (text: string) => void
  /** Shows on a terminal what is being done, in place of what it has shown before; an empty text ends that. */
  readonly progress: (text: string) => void
  /** Paints for `out`; plain text unless it is a terminal that wants colours. */
  readonly paint: Paint
  /** The same for `err`. */
  readonly paintErr: Paint
}

export type Paint = (style: Style, text: string) => string
export type Style = 'bold' | 'dim' | 'red' | 'green' | 'yellow' | 'cyan'

interface Stream {
  readonly isTTY?: boolean
  readonly write: (text: string) => unknown
}

/** What of a process is printed to. */
export interface Streams {
  readonly stdout: Stream
  readonly stderr: Stream
  readonly env: NodeJS.ProcessEnv
}

/** Lines to the two streams of a process; colours only on a terminal, and never with `NO_COLOR`. */
export function createPrint(streams: Streams): Print {
  const painter = (stream: Stream): Paint => {
    const isColourful =
      stream.isTTY === true && (streams.env['NO_COLOR'] ?? '') === '' && streams.env['TERM'] !== 'dumb'
    return (style, text) => (isColourful ? styleText(style, text, { validateStream: false }) : text)
  }
  return {
    out: (text) => void streams.stdout.write(`${text}\n`),
    err: (text) => void streams.stderr.write(`${text}\n`),
    progress: (text) => {
      if (streams.stderr.isTTY) streams.stderr.write(`\r\u001B[K${text}`)
    },
    paint: painter(streams.stdout),
    paintErr: painter(streams.stderr),
  }
}

/** Cells in columns, each as wide as its widest; columns in `right` stand at the right. */
export function columns(
  rows: ReadonlyArray<readonly string[]>,
  options: { readonly right?: readonly number[] } = {},
): string[] {
  const widths: number[] = []
  for (const row of rows) row.forEach((cell, index) => (widths[index] = Math.max(widths[index] ?? 0, cell.length)))
  return rows.map((row) =>
    row
      .map((cell, index) =>
        options.right?.includes(index) ? cell.padStart(widths[index]!) : cell.padEnd(widths[index]!),
      )
      .join('  ')
      .trimEnd(),
  )
}

/** Problems as compilers print them, one a line; of very many the first, and how many more there are. */
export function printProblems(problems: readonly Problem[], print: Print, margin = ''): void {
  const { first, more } = firstProblems(problems)
  for (const problem of first)
    print.out(`${margin}${print.paint(problem.severity === 'error' ? 'red' : 'yellow', formatProblem(problem))}`)
  if (more !== undefined) print.out(`${margin}${more}`)
}

export function json(value: unknown): string {
  return JSON.stringify(value, null, 2)
}
