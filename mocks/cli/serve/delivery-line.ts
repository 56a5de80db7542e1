import { describeOutcome } from '../../connect/deliver/delivery-outcome.ts'
import type { Delivery } from '../../engine/deliveries/delivery.ts'
import { isoText } from '../../spec/values/instants.ts'
import { printable } from '../../state/printable.ts'
import type { Print } from '../print.ts'

/** `10:00:05.210Z seek jobFinished http://127.0.0.1:8000/hook 200`, with the next attempt if it was not accepted. */
export function deliveryLine(delivery: Delivery, print: Print): string {
  const attempt = delivery.attempts.at(-1)
  const time = isoText(attempt?.at ?? delivery.at).slice(11)
  const style = delivery.outcome === 'acknowledged' ? 'green' : delivery.outcome === 'waiting' ? 'yellow' : 'red'
  const to = attempt?.to ?? delivery.url
  const session = delivery.session === 'default' ? '' : `${delivery.session}: `
  const what = printable(`${session}${delivery.vendor} ${delivery.webhook} ${to}`)
  return `${print.paintErr('dim', time)} ${what} ${print.paintErr(style, printable(describeOutcome(delivery)))}`
}
