import { createPrint, type Print } from '../../../mocks/cli/print.ts'

/** What a command that runs in this process prints. */
export interface Captured {
  readonly print: Print
  readonly texts: {
    out: string
    err: string
    /** Both, in the order of printing. */
    all: string
  }
}

/** Takes what a command prints; `isTTY` gives it a terminal. */
export function capture(env: NodeJS.ProcessEnv, isTTY = false): Captured {
  const texts = { out: '', err: '', all: '' }
  const stream = (name: 'out' | 'err') => ({
    isTTY,
    write: (text: string) => {
      texts[name] += text
      texts.all += text
    },
  })
  return { texts, print: createPrint({ stdout: stream('out'), stderr: stream('err'), env }) }
}
