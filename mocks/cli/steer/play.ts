import type { Arguments } from '../arguments.ts'
import { columns, json, type Print } from '../print.ts'
import { connectControl } from './control-client.ts'

interface Played {
  readonly vendors: Readonly<Record<string, string>>
}

/** `sparring play [NAME …]` */
export async function run(args: Arguments, print: Print): Promise<number> {
  const control = connectControl(args, 'play')
  const names = args.words.length === 1 ? args.words[0] : args.words
  const played =
    args.words.length === 0
      ? await control.inSession<Played>('GET', '/scenario')
      : await control.inSession<Played>('PUT', '/scenario', { names, fresh: args.on('fresh') })
  if (args.on('json')) print.out(json(played))
  else for (const line of columns(Object.entries(played.vendors))) print.out(line)
  return 0
}
