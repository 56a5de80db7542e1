import type { Delivery } from '../../engine/deliveries/delivery.ts'
import { didYouMean } from '../../spec/problems/nearest.ts'
import { printable } from '../../state/printable.ts'
import { type Arguments, UsageError } from '../arguments.ts'
import { columns, json, type Print } from '../print.ts'
import { deliveryLine } from '../serve/delivery-line.ts'
import { connectControl, type ControlClient } from './control-client.ts'

interface ListedVendor {
  readonly name: string
  readonly webhooks: readonly string[]
}

/** Headers in the form of the JSON answer. */
type Sent = Omit<Delivery, 'headers'> & { readonly headers: ReadonlyArray<readonly [name: string, value: string]> }

/** `sparring trigger VENDOR [WEBHOOK]` */
export async function run(args: Arguments, print: Print): Promise<number> {
  const [vendor, webhook] = args.words as [string, string | undefined]
  const control = connectControl(args, 'trigger')
  if (webhook === undefined) return list(control, vendor, args, print)
  const [job, to] = [args.text('job'), args.text('to')]
  const sent = await control.inSession<Sent>('POST', '/webhooks', { vendor, webhook, job, to })
  if (args.on('json')) print.out(json(sent))
  else show(sent, print)
  return sent.outcome === 'acknowledged' || (sent.attempts.length === 0 && sent.outcome === 'waiting') ? 0 : 1
}

async function list(control: ControlClient, name: string, args: Arguments, print: Print): Promise<number> {
  const vendors = await control.call<readonly ListedVendor[]>('GET', '/vendors')
  const vendor = vendors.find((entry) => entry.name === name)
  if (!vendor) {
    const known = vendors.map((entry) => entry.name)
    throw new UsageError(`"${name}" is not a vendor of ${control.origin}.${didYouMean(name, known)}`, 'trigger')
  }
  if (args.on('json')) print.out(json({ webhooks: vendor.webhooks }))
  else if (vendor.webhooks.length === 0) print.out(`${name} has no webhooks`)
  else for (const webhook of vendor.webhooks) print.out(webhook)
  return 0
}

function show(sent: Sent, print: Print): void {
  print.out(deliveryLine(sent as unknown as Delivery, { ...print, paintErr: print.paint }))
  const rows: string[][] = [
    ...(sent.job === '' ? [] : [['job', `${sent.job}, ${sent.state}`]]),
    ...sent.headers.map(([name, value]) => ['header', `${name}: ${value}`]),
    ...(sent.body === '' ? [] : [['body', sent.body]]),
    ...(sent.played.length === 0 ? [] : [['played', sent.played.join(', ')]]),
    ...(sent.notice === undefined ? [] : [['notice', sent.notice]]),
  ]
  for (const line of columns(rows)) print.out(`  ${printable(line)}`)
}
