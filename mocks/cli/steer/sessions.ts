import { type Arguments, UsageError } from '../arguments.ts'
import { columns, json, type Print } from '../print.ts'
import { count } from '../../spec/problems/count.ts'
import { printable } from '../../state/printable.ts'
import { connectControl, type ControlClient } from './control-client.ts'

interface Listed {
  readonly id: string
  readonly scenario: readonly string[]
  readonly exchanges: number
}

interface Opened {
  readonly id: string
  readonly vendors: Readonly<Record<string, { readonly url: string; readonly key: string | null }>>
}

interface Closed {
  readonly exchanges: { readonly judged: number }
  readonly findings: ReadonlyArray<{ readonly code: string; readonly severity: string; readonly message: string }>
}

/** `sparring sessions [open [ID] | close ID | reset [ID]]` */
export async function run(args: Arguments, print: Print): Promise<number> {
  const control = connectControl(args, 'sessions')
  const [word, id] = args.words
  const write = (data: unknown, lines: () => readonly string[]): void =>
    args.on('json') ? print.out(json(data)) : lines().forEach((line) => print.out(line))
  if (word === undefined) {
    const listed = await control.call<readonly Listed[]>('GET', '/sessions')
    write(listed, () =>
      columns(listed.map((one) => [one.id, count(one.exchanges, 'exchange'), one.scenario.join(' ')])),
    )
  } else if (word === 'open') {
    const scenario = args.list('scenario')
    const opened = await control.call<Opened>('POST', '/sessions', {
      ...(id !== undefined && { id }),
      ...(scenario.length > 0 && { scenario }),
    })
    write(opened, () => [opened.id, ...columns(Object.entries(opened.vendors).map(accessOf))])
  } else if (word === 'close') {
    const closed = await close(control, id)
    write(closed, () => [
      `closed ${id!}: ${count(closed.exchanges.judged, 'exchange')}, ${count(closed.findings.length, 'finding')}`,
      ...closed.findings.map(({ code, severity, message }) => printable(`${severity} ${code}: ${message}`)),
    ])
  } else {
    throw new UsageError(`"${word}" is not a command of sessions. Write open or close.`, 'sessions')
  }
  return 0
}

async function close(control: ControlClient, id: string | undefined): Promise<Closed> {
  if (id === undefined) throw new UsageError('sessions close needs an ID. "sparring sessions" lists them.', 'sessions')
  return control.call<Closed>('DELETE', `/sessions/${encodeURIComponent(id)}`)
}

function accessOf([vendor, { url, key }]: readonly [string, Opened['vendors'][string]]): string[] {
  return [`  ${vendor}`, url, ...(key === null ? [] : [key])]
}
