import type { Exchange, Message } from '../../engine/session/journal/journal.ts'
import { notOneOf } from '../../spec/problems/nearest.ts'
import { maskNamed } from '../../report/masking.ts'
import { printable } from '../../state/printable.ts'
import { type Arguments, UsageError } from '../arguments.ts'

/** The parts of an exchange in a log: its line, also both heads, or also bodies. */
export type LogDetail = 'lines' | 'headers' | 'bodies'

const DETAILS: readonly LogDetail[] = ['lines', 'headers', 'bodies']
/** Characters of a body that a log shows. */
const MOST = 2000

/** @throws {@link UsageError} for an unknown level */
export function detailOf(args: Arguments): LogDetail {
  const text = args.text('log') ?? 'lines'
  const found = DETAILS.find((detail) => detail === text)
  if (found) return found
  throw new UsageError(notOneOf(text, `what ${args.source('log')} takes`, DETAILS), 'serve')
}

/**
 * `> accept: text/html` for the request, `< content-type: text/html` for the answer; credentials, and values with a secret name, are
 * masked in both.
 */
export function detailLines({ request, response, query }: Exchange, detail: LogDetail | 'none'): string[] {
  if (detail === 'lines' || detail === 'none') return []
  const queried = query === '' ? [] : [`  > ${maskNamed(query.startsWith('?') ? query : `?${query}`)}`]
  return [
    ...queried.map((line) => printable(line)),
    ...messageLines('>', request, detail),
    ...(response ? messageLines('<', response, detail) : []),
  ]
}

function messageLines(mark: string, { headers, body }: Message, detail: LogDetail): string[] {
  const head = headers.map(([name, value]) => printable(`  ${mark} ${name}: ${maskNamed(value)}`))
  if (detail === 'headers' || body === undefined || body === '') return head
  const shown = maskNamed(body)
  const more = shown.length > MOST ? [`  ${mark} … ${shown.length - MOST} characters more`] : []
  const lines = shown.slice(0, MOST).split(/\r?\n/)
  return [...head, ...lines.map((line) => `  ${mark} ${printable(line)}`), ...more]
}
