import { createLibrary } from '../../../mocks/load/library.ts'
import { checkAnswer } from '../../../mocks/engine/answer/check.ts'
import { responseFor } from '../../../mocks/spec/compile/operation/responses.ts'
import type { Vendor } from '../../../mocks/spec/model/vendor.ts'

let known: Vendor | undefined

/** The control API's own document, read as any vendor's. */
export function controlDocument(): Vendor {
  return (known ??= createLibrary().vendor('specs/control.openapi.yaml'))
}

/** What an answer of the control API breaks of its document; a path or method that is not there has no more than its code. */
export function judgeControl(method: string, path: string, response: Response, body: unknown): readonly string[] {
  const vendor = controlDocument()
  const match = vendor.router.match(method, `/__sparring${path.split('?')[0]}`)
  if (!match.found) return response.status === 404 || response.status === 405 ? [] : [`${method} ${path} is not in it`]
  const { status } = response
  return checkAnswer(vendor, match.found.id, {
    status,
    headers: [...response.headers],
    body: body === undefined ? undefined : JSON.stringify(body),
    spec: responseFor(match.found.responses, status),
    refusal: undefined,
    offContract: undefined,
  })
}
