import { type Arguments, UsageError } from '../arguments.ts'
import { json, type Print } from '../print.ts'
import { connectControl } from './control-client.ts'

interface Clock {
  readonly at: string
  readonly frozen: boolean
}

/** The request of each word. */
const MOVES: Readonly<Record<string, (value: string | undefined) => object>> = {
  advance: (value) => ({ advance: needed('advance', 'DURATION, as 45s', value) }),
  set: (value) => ({ set: needed('set', 'TIME, as 2026-03-16T10:00:00Z', value) }),
  freeze: (value) => ({ freeze: value ?? true }),
  flow: () => ({ flow: true }),
}

/** `sparring clock [advance DURATION | set TIME | freeze [TIME] | flow]` */
export async function run(args: Arguments, print: Print): Promise<number> {
  const [word, value] = args.words
  const control = connectControl(args, 'clock')
  const clock =
    word === undefined
      ? await control.inSession<Clock>('GET', '/clock')
      : await control.inSession<Clock>('POST', '/clock', moveOf(word, value))
  print.out(args.on('json') ? json(clock) : `${clock.at} ${clock.frozen ? 'frozen' : 'flows'}`)
  return 0
}

function moveOf(word: string, value: string | undefined): object {
  const move = MOVES[word]
  if (move) return move(value)
  throw new UsageError(`"${word}" is not a command of clock. Write ${Object.keys(MOVES).join(', ')}.`, 'clock')
}

function needed(word: string, what: string, value: string | undefined): string {
  if (value !== undefined) return value
  throw new UsageError(`clock ${word} needs a ${what}.`, 'clock')
}
