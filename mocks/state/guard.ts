import { isPromise } from './promise.ts'
import { messageOf, printable } from './printable.ts'

/**
 * Guards code that no request waits for: timers, socket events, followers, deliveries. An error thrown there would end
 * the process.
 */

/** A mistake in what a user wrote. Its message says where, so no stack is printed. */
export class MistakeError extends Error {
  override name = 'MistakeError'
}

/**
 * Wraps a callback: what it throws, and what its promise rejects with, is reported and not passed on.
 *
 * @param what - the action, as it follows "Failed to"
 * @param onFault - cleans up; the line on stderr is written in any case
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

/** Runs a function now and reports what it throws. */
export function attempt(what: string, call: () => void): void {
  try {
    call()
  } catch (error) {
    reportFault(what, error)
  }
}

/** Writes a background failure to stderr: one line, and the stack if the mistake may be ours. */
export function reportFault(what: string, error: unknown): void {
  writeLine(`Failed to ${what}: ${describe(error)}`, framesOf(error))
}

/** Writes one line to stderr. It may contain text from clients. */
export function writeLine(line: string, more = ''): void {
  console.error(`sparring: ${printable(line)}${more}`)
}

function describe(error: unknown): string {
  if (!(error instanceof Error) || error instanceof MistakeError) return messageOf(error)
  return `${error.name}: ${messageOf(error)}`
}

/** The frames of a stack without the message before them, which may contain any text. */
function framesOf(error: unknown): string {
  if (!(error instanceof Error) || error instanceof MistakeError) return ''
  const { stack = '', message } = error
  const frames = stack
    .slice(Math.max(0, stack.indexOf(message)) + message.length)
    .split('\n')
    .filter((line) => /^ {4}at /.test(line))
  return frames.map((frame) => `\n${printable(frame)}`).join('')
}
