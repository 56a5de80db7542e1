import type { Sessions } from '../../connect/mock/sessions.ts'
import { explain } from '../../engine/answer/explain.ts'
import type { Entry } from '../../engine/session/journal/journal.ts'
import { attempt, guarded } from '../../state/guard.ts'
import { printable } from '../../state/printable.ts'
import type { Print } from '../print.ts'
import { deliveryLine } from './delivery-line.ts'
import { exchangeLine } from './exchange-line.ts'
import { detailLines, type LogDetail } from './log-detail.ts'

/** Real ms for which log lines are collected, so that answers never wait for a terminal. */
const GATHER_MS = 50

export interface Log {
  /** Prints all pending lines. */
  readonly look: () => void
  /** Prints the last lines. */
  readonly stop: () => void
}

/** Prints a line for each ended exchange, each ended webhook attempt and each breach of a spec, in all sessions. */
export function logEvents(
  sessions: Sessions,
  print: Print,
  wanted: { readonly exchanges: LogDetail | 'none'; readonly breaches: boolean },
): Log {
  const { exchanges: detail } = wanted
  if (detail === 'none' && !wanted.breaches) return { look: () => {}, stop: () => {} }
  const reported = new WeakMap<readonly string[], number>()
  let lines: Array<() => string> = []
  let timer: NodeJS.Timeout | undefined

  const look = (): void => {
    clearTimeout(timer)
    timer = undefined
    const ended = lines
    lines = []
    for (const line of ended) attempt('print a line of the log', () => print.err(line()))
    if (wanted.breaches) for (const { breaches } of sessions.all.values()) reportNew(breaches)
  }
  const reportNew = (breaches: readonly string[]): void => {
    const before = reported.get(breaches) ?? 0
    for (const breach of breaches.slice(before))
      print.err(`${print.paintErr('red', 'off contract:')} ${printable(breach)}`)
    reported.set(breaches, breaches.length)
  }
  const add = (line: () => string): void => {
    if (detail !== 'none') lines.push(line)
    timer ??= setTimeout(guarded('print the log', look), GATHER_MS).unref()
  }
  const stop = sessions.follow({
    exchange: (entry: Entry) =>
      add(() => {
        const exchange = entry.render()
        const line = exchangeLine(exchange, () => explain(exchange), print)
        return [line, ...detailLines(exchange, detail)].join('\n')
      }),
    delivery: (delivery) => add(() => deliveryLine(delivery, print)),
  })
  return {
    look,
    stop: () => {
      stop()
      look()
    },
  }
}
