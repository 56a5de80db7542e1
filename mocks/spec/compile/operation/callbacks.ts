import { METHODS, OTHERS } from '../../http/methods.ts'
import type { Job } from '../../model/job.ts'
import type { Callback, PlainWebhook, RuntimeExpression, Webhook } from '../../model/webhook.ts'
import { followRef, type SpecCursor } from '../context.ts'
import { compileRepresentations } from './content/content.ts'

/**
 * Compiles `callbacks` of an operation. A webhook of `x-mock` replaces the callback of the same name, and all callbacks
 * of an operation that starts the job which the webhook reports.
 *
 * @param starts - the job that the operation starts
 */
export function compileCallbacks(
  callbacks: SpecCursor,
  webhooks: readonly Webhook[],
  starts: Job | undefined,
): readonly Callback[] {
  if (starts && webhooks.some(({ job }) => job === starts)) return []
  return callbacks.entries().flatMap(([name, callback]) => {
    if (webhooks.some((webhook) => webhook.name === name)) return []
    return followRef(callback)
      .entries()
      .filter(([url]) => !url.startsWith('x-'))
      .flatMap(([url, item]) => {
        const parts = parseUrl(url)
        return compileRequests(name, followRef(item)).map((request): Callback => ({ ...request, url: parts }))
      })
  })
}

/** The requests that a vendor sends to one address: one per documented method. */
export function compileRequests(name: string, item: SpecCursor): PlainWebhook[] {
  const operations = [...item.entries().filter(([method]) => METHODS.has(method)), ...item.at(OTHERS).entries()]
  return operations.flatMap(([key, operation]): PlainWebhook[] => {
    const method = METHODS.has(key) ? key.toUpperCase() : key
    if (!canCall(method) || operation.value === null) return []
    const [body] = compileRepresentations(followRef(operation.at('requestBody')).at('content'))
    return [{ name, method, body: method === 'GET' || method === 'HEAD' ? undefined : body }]
  })
}

/** Whether a client may send a method; the Fetch standard forbids some (section 2.2.1). */
export function canCall(method: string): boolean {
  return !/^(?:CONNECT|TRACE|TRACK)$/i.test(method)
}

/** Splits `https://{$request.query.host}/done` into its parts; a single expression may lack the braces. */
function parseUrl(text: string): Callback['url'] {
  const whole = parseExpression(text)
  if (whole) return [whole]
  return text.split(/(\{[^}]*\})/).flatMap((part) => {
    if (part === '') return []
    return [(part.startsWith('{') ? parseExpression(part.slice(1, -1)) : undefined) ?? part]
  })
}

function parseExpression(text: string): RuntimeExpression | undefined {
  if (text === '$url' || text === '$method' || text === '$statusCode')
    return { of: text.slice(1) as RuntimeExpression['of'], in: undefined, name: '' }
  const found = /^\$(request|response)\.(?:(header|query|path)\.(.+)|body(?:#(.*))?)$/s.exec(text)
  if (!found) return undefined
  const [, of, place = 'body', name, pointer = ''] = found
  return { of: of as 'request', in: place as 'body', name: name ?? pointer }
}
