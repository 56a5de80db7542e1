import { isoText } from '../../spec/values/instants.ts'
import { random } from '../../state/hash.ts'
import { snake } from '../words/property-name.ts'
import { chance, ownerPointer, type Context } from '../context.ts'

const day = 86_400
const year = 365 * day

/**
 * An instant in ms, rounded to whole seconds. The instants of one object are consistent: created, started, finished and
 * updated in this order, all before now; expiry is after now.
 */
export function instant(context: Context, path: string, name: string, attempt: number): number {
  const stream = chance(context, path, attempt)
  const now = Math.floor(context.now / 1000)
  const word = snake(name)
  if (/birth|(?:^|_)dob$/.test(word)) return (now - stream.int(20 * year, 60 * year)) * 1000
  if (AHEAD.test(word)) return (now + stream.int(day, 30 * day)) * 1000
  const began = now - random(context.key, ownerPointer(path), 'began').int(31 * day, 90 * day)
  if (/founded|joined|hired|since/.test(word)) return (began - stream.int(year, 8 * year)) * 1000
  if (BEGUN.test(word)) return began * 1000
  if (/start|began|begin|publish|not_before|(?:^|_)sent/.test(word)) return (began + stream.int(60, 1800)) * 1000
  if (FINISHED.test(word)) return (began + stream.int(1860, day)) * 1000
  return (began + stream.int(day + 60, 30 * day)) * 1000
}

const AHEAD = /expir|due|until|(?:^|_)ends?_|(?:^|_)(?:end|to)$|renew|next|deadline|valid_to|schedul|reset|not_after/
const BEGUN = /creat|regist|signed_up|submit|request|queue|order|first|(?:^|_)(?:from|opened|issued|received|added)/
const FINISHED = /finish|complet|(?:^|_)ended|stopped|closed|resolved|deliver|paid/

/** `2026-03-16T10:00:00Z`. */
export function dateTime(context: Context, path: string, name: string, attempt: number): string {
  return isoText(instant(context, path, name, attempt)).replace('.000Z', 'Z')
}

/** `2026-03-16`. */
export function date(context: Context, path: string, name: string, attempt: number): string {
  return isoText(instant(context, path, name, attempt)).slice(0, 10)
}
