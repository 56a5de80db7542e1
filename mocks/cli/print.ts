import type { StdioOptions } from 'node:child_process'
import { styleText } from 'node:util'
import { firstProblems, formatProblem, type Problem } from '../spec/problems/problem.ts'

/** A command's output: results to `out`, progress and errors to `err`. */
export interface Print {
  readonly out: (text: string) => void
  readonly err: (text: string) => void
  /** Shows progress on a terminal, in place of the previous progress; an empty text ends it. */
  readonly progress: (text: string) => void
  /** Styles text for `out`; plain unless it is a terminal with colours. */
  readonly paint: Paint
  /** The same for `err`. */
  readonly paintErr: Paint
  /** What a command that is run reads and writes: the streams of this process, unless others are given. */
  readonly stdio: StdioOptions
}

export type Paint = (style: Style, text: string) => string
export type Style = 'bold' | 'dim' | 'red' | 'green' | 'yellow' | 'cyan'

interface Stream {
  readonly isTTY?: boolean
  readonly write: (text: string) => unknown
}

/** The parts of a process that are written to. */
export interface Streams {
  readonly stdout: Stream
  readonly stderr: Stream
  readonly env: NodeJS.ProcessEnv
  readonly stdio?: StdioOptions
}

/** Prints lines to the two streams of a process; colours only on a terminal, and never with `NO_COLOR`. */
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
    stdio: streams.stdio ?? 'inherit',
  }
}

/** Aligns cells in columns, each as wide as its widest cell; columns in `right` are right-aligned. */
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

/** Formats problems like compilers, one per line; of very many only the first, and the number of the rest. */
export function printProblems(problems: readonly Problem[], print: Print, margin = ''): void {
  const { first, more } = firstProblems(problems)
  for (const problem of first)
    print.out(`${margin}${print.paint(problem.severity === 'error' ? 'red' : 'yellow', formatProblem(problem))}`)
  if (more !== undefined) print.out(`${margin}${more}`)
}

export function json(value: unknown): string {
  return JSON.stringify(value, null, 2)
}
