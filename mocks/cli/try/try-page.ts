import { STATUS_CODES } from 'node:http'
import type { Print, Style } from '../print.ts'
import type { BuiltRequest } from '../../request/build-request.ts'
import { parseExactly } from '../../spec/values/exact-number.ts'
import type { TriedAnswer } from './try-send.ts'

export function printRequest(request: BuiltRequest, base: string, print: Print): void {
  print.out(print.paint('bold', `${request.method} ${base}${request.path}`))
  for (const [name, value] of request.headers) print.out(print.paint('dim', `${name}: ${value}`))
  if (request.body !== undefined) print.out(`\n${pretty(request.body)}`)
  if (request.notes.length > 0) print.out('')
  for (const note of request.notes) print.out(print.paint('dim', `(${note})`))
}

/** @param number - its number among several, from 1 */
export function printAnswer(answer: TriedAnswer, number: number | undefined, print: Print): void {
  const status =
    answer.status === null
      ? `no answer: ${answer.fault}`
      : `${answer.status} ${STATUS_CODES[answer.status] ?? ''}`.trim() +
        (answer.fault === null ? '' : `, with ${answer.fault}`)
  print.out(
    `\n${number === undefined ? '' : `#${number} `}${print.paint(styleOf(answer.fault === null ? answer.status : null), status)}`,
  )
  for (const [name, value] of answer.headers) print.out(print.paint('dim', `${name}: ${value}`))
  if (answer.body !== '') print.out(`\n${pretty(answer.body)}`)
  print.out(`\n${print.paint('cyan', `=> ${answer.explanation}`)}`)
}

function styleOf(status: number | null): Style {
  return status !== null && status < 400 ? 'green' : 'red'
}

function pretty(body: string): string {
  try {
    return JSON.stringify(parseExactly(body), null, 2)
  } catch {
    return body
  }
}
