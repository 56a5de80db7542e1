import type { Callback, RuntimeExpression } from '../../model/webhook.ts'
import { followRef, type SpecCursor } from '../context.ts'
import { compileRepresentations } from './content.ts'

/** Compiles `callbacks` of an operation. Those with another method than POST are left out: webhooks are posted. */
export function compileCallbacks(callbacks: SpecCursor): readonly Callback[] {
  return callbacks.entries().flatMap(([name, callback]) =>
    followRef(callback)
      .entries()
      .flatMap(([url, item]): Callback[] => {
        const operation = followRef(item).at('post')
        if (url.startsWith('x-') || operation.value === undefined) return []
        const [body] = compileRepresentations(followRef(operation.at('requestBody')).at('content'))
        return [{ name, url: parseUrl(url), body }]
      }),
  )
}

/** Splits `https://{$request.query.host}/done` into its parts; an expression may also stand alone, without braces. */
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
