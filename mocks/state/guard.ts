import { isPromise } from './promise.ts'
import { messageOf, printable } from './printable.ts'

/**
 * The guard around whatever no request waits for: timers, sockets' events, followers, deliveries. What is thrown there
 * would end the process.
 */

/** A mistake in what a user wrote: its message says where, so that no stack is needed. */
export class MistakeError extends Error {
  override name = 'MistakeError'
}

/**
 * Wraps a callback: what it throws, and what its promise rejects with, is reported and goes no further.
 *
 * @param what - what was to be done, as it stands after "Failed to"
 * @param onFault - cleans up; the line on stderr is written all the same
 * @example
 * response.on('close', guarded('end an exchange', reply.done))
 */
export function guarded<Args extends readonly unknown[]>(
  what: string,
  call: (...args: Args) => unknown,
  onFault?: (error: unknown) => void,
): (...args: Args) => void {
  const failed = (error: unknown): void => {
    reportFault(what, error)
    if (onFault) attempt(what, () => onFault(error))
  }
  return (...args) => {
    try {
      const result = call(...args)
      if (result !== undefined && isPromise(result)) void (result as PromiseLike<unknown>).then(undefined, failed)
    } catch (error) {
      failed(error)
    }
  }
}

/** Does something now, behind the guard. */
export function attempt(what: string, call: () => void): void {
  try {
    call()
  } catch (error) {
    reportFault(what, error)
  }
}

/** Writes to stderr what failed in the background: one line, and the stack if the mistake may be ours. */
export function reportFault(what: string, error: unknown): void {
  writeLine(`Failed to ${what}: ${describe(error)}`, framesOf(error))
}

/** Writes one line to stderr. What clients have sent may stand in it. */
export function writeLine(line: string, more = ''): void {
  console.error(`sparring: ${printable(line)}${more}`)
}

function describe(error: unknown): string {
  if (!(error instanceof Error) || error instanceof MistakeError) return messageOf(error)
  return `${error.name}: ${messageOf(error)}`
}

/** The frames of a stack, without the message before them, which may hold anything. */
function framesOf(error: unknown): string {
  if (!(error instanceof Error) || error instanceof MistakeError) return ''
  const { stack = '', message } = error
  const frames = stack
    .slice(Math.max(0, stack.indexOf(message)) + message.length)
    .split('\n')
    .filter((line) => /^ {4}at /.test(line))
  return frames.map((frame) => `\n${printable(frame)}`).join('')
}
