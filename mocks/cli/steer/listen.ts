import { type Arguments, UsageError } from '../arguments.ts'
import type { Print } from '../print.ts'
import type { Delivery } from '../../engine/deliveries/delivery.ts'
import { deliveryLine } from '../serve/delivery-line.ts'
import { connectControl } from './control-client.ts'
import { stopSignal } from './stop-signal.ts'

interface Session {
  readonly vendors: Readonly<Record<string, { readonly webhookSecret: string | null }>>
}

/** `sparring listen --forward-to URL` */
export async function run(args: Arguments, print: Print): Promise<number> {
  const to = args.text('forward-to')
  if (to === undefined) throw new UsageError('listen needs --forward-to URL: the address of your receiver.', 'listen')
  const control = connectControl(args, 'listen')
  const { vendors } = await control.call<Session>('GET', `/sessions/${encodeURIComponent(control.session)}`)
  await control.inSession('PUT', '/target', { to })
  print.out(`forwards webhooks to ${to}`)
  for (const [name, { webhookSecret }] of Object.entries(vendors))
    if (webhookSecret !== null) print.out(`${name} signs with ${webhookSecret}`)
  const signal = stopSignal()
  try {
    for await (const { name, data } of control.events(signal))
      if (name === 'delivery') print.out(deliveryLine(data as Delivery, { ...print, paintErr: print.paint }))
  } catch (error) {
    if (!signal.aborted) throw error
    // Restores the previous state: each webhook goes to its own URL.
    await control.inSession('PUT', '/target', { to: null })
  }
  return 0
}
