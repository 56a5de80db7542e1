import { OTHERS } from '../http/methods.ts'
import type { Cursor } from '../compile/cursor.ts'
import { canCall } from '../compile/operation/callbacks.ts'

/** Parts of OpenAPI that the mock does not read, each with what happens instead. */
const UNREAD: Readonly<Record<string, string>> = {
  callbacks: 'Callbacks are sent, except those with a method that clients may not send: CONNECT, TRACE, TRACK.',
  webhooks: 'They are not sent. Describe what the vendor sends under "x-mock: { webhooks: … }".',
  links: 'They do not change answers.',
  mutualTLS: 'Certificates are not checked: every request passes this scheme.',
}

/** Reports each part of OpenAPI that the document uses and the mock ignores, once, at its first place. */
export function lintUnread(root: Cursor): void {
  const found = new Map<string, Cursor[]>()
  const note = (part: string, place: Cursor): void => {
    found.set(part, [...(found.get(part) ?? []), place])
  }
  // `webhooks` of x-mock replace the document's `webhooks`.
  const isPlayed = hasEntries(root.at('x-mock', 'webhooks'))
  if (!isPlayed && hasEntries(root.at('webhooks'))) note('webhooks', root.at('webhooks'))
  for (const [, scheme] of root.at('components', 'securitySchemes').entries())
    if (scheme.at('type').value === 'mutualTLS') note('mutualTLS', scheme)
  for (const items of [root.at('paths'), root.at('components', 'pathItems')]) {
    for (const [, item] of items.entries()) {
      for (const [, operation] of [...item.entries(), ...item.at(OTHERS).entries()]) noteUnreadOf(operation, note)
    }
  }
  for (const [part, [first, ...more]] of found) {
    const { pointer, context } = first!
    const places = more.length > 0 ? ` (${more.length + 1} places, this is the first)` : ''
    const message = `"${part}" is not read${places}. ${UNREAD[part]!}`
    context.report({ code: 'not-read', severity: 'info', pointer, message })
  }
}

function noteUnreadOf(operation: Cursor, note: (part: string, place: Cursor) => void): void {
  if (!operation.has('responses')) return
  for (const [, callback] of operation.at('callbacks').entries()) {
    for (const [, item] of callback.entries()) {
      for (const [method, call] of [...item.entries(), ...item.at(OTHERS).entries()])
        if (!canCall(method)) note('callbacks', call)
    }
  }
  for (const [, response] of operation.at('responses').entries())
    if (hasEntries(response.at('links'))) note('links', response.at('links'))
}

function hasEntries(map: Cursor): boolean {
  return Object.keys(map.record()).length > 0
}
