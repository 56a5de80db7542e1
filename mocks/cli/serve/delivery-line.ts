import type { Delivery } from '../../engine/deliveries/delivery.ts'
import { formatDuration } from '../../spec/values/duration.ts'
import { isoText } from '../../spec/values/instants.ts'
import { printable } from '../../state/printable.ts'
import type { Print } from '../print.ts'

/** `10:00:05.210Z seek jobFinished http://127.0.0.1:8000/hook 200`, with what comes next where it was not taken. */
export function deliveryLine(delivery: Delivery, print: Print): string {
  const attempt = delivery.attempts.at(-1)
  const time = isoText(attempt?.at ?? delivery.at).slice(11)
  const style = delivery.outcome === 'acknowledged' ? 'green' : delivery.outcome === 'waiting' ? 'yellow' : 'red'
  const to = attempt?.to ?? delivery.url
  const session = delivery.session === 'default' ? '' : `${delivery.session}: `
  const what = printable(`${session}${delivery.vendor} ${delivery.webhook} ${to}`)
  return `${print.paintErr('dim', time)} ${what} ${print.paintErr(style, printable(outcomeOf(delivery)))}`
}

function outcomeOf(delivery: Delivery): string {
  const attempt = delivery.attempts.at(-1)
  if (delivery.outcome === 'failed') return `failed: ${delivery.because}`
  if (delivery.outcome === 'not sent' || !attempt) return `not sent: ${delivery.because ?? 'it is not due'}`
  const met = attempt.error ?? (attempt.status === undefined ? attempt.outcome : String(attempt.status))
  if (delivery.outcome === 'acknowledged') return met
  if (delivery.due === undefined) return `${met}, given up after ${delivery.attempts.length}`
  return `${met}, again in ${formatDuration(delivery.due - attempt.endedAt)}`
}
