import { isoText } from '../../spec/instants.ts'
import { snake } from './property-name.ts'
import { chance, type Context } from './context.ts'

const day = 86_400

/**
 * An instant in whole seconds of milliseconds: what is created lies before what is updated, both before now, and what
 * expires lies after it - without looking at one another.
 */
export function instant(context: Context, path: string, name: string, attempt: number): number {
  const stream = chance(context, path, attempt)
  const seconds = Math.floor(context.now / 1000)
  const word = snake(name)
  if (/expir|due|until|ends?_|end$|renew|next|deadline|valid_to|schedul|reset/.test(word)) {
    return (seconds + stream.int(day, 30 * day)) * 1000
  }
  if (/creat|start|begin|join|registered|signed_up|founded|birth/.test(word)) {
    return (seconds - stream.int(60 * day, 90 * day)) * 1000
  }
  return (seconds - stream.int(60, 30 * day)) * 1000
}

/** `2026-03-16T10:00:00Z`. */
export function dateTime(context: Context, path: string, name: string, attempt: number): string {
  return isoText(instant(context, path, name, attempt)).replace('.000Z', 'Z')
}

/** `2026-03-16`. */
export function date(context: Context, path: string, name: string, attempt: number): string {
  return isoText(instant(context, path, name, attempt)).slice(0, 10)
}
