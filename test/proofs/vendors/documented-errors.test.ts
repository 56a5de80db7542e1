import { expect, test } from 'vitest'
import { buildRequest } from '../../../mocks/request/build-request.ts'
import { createBuilder } from '../../../mocks/request/builder.ts'
import { dialectVendor } from '../../../mocks/spec/model/dialects.ts'
import type { Operation } from '../../../mocks/spec/model/operation/operation.ts'
import type { Example, ResponseSpec } from '../../../mocks/spec/model/response.ts'
import type { Vendor } from '../../../mocks/spec/model/vendor.ts'
import { assembledOf, frozenMock, type Answer, read } from '../../support/mock/mock.ts'

const VENDORS = ['seal', 'seamless', 'seek', 'seclai', 'sequentum'] as const

interface Played {
  readonly operation: Operation
  readonly spec: ResponseSpec
  readonly example: Example
}

function errorsOf(vendor: Vendor): readonly Played[] {
  return [...vendor.operations.values()].flatMap((operation) =>
    operation.responses
      .filter(({ code }) => /^[45]\d\d$/.test(code))
      .flatMap((spec) => [...spec.examples.values()].map((example) => ({ operation, spec, example }))),
  )
}

/** Where an answer has a hole: what its example has and it has not, or a text that is less than a text. */
function holesOf(answer: Answer, { operation, spec, example }: Played): readonly string[] {
  const name = `${operation.id} ${spec.name ?? spec.code}#${example.name}`
  const found: string[] = []
  const walk = (value: unknown, model: unknown, at: string): void => {
    if (typeof model !== typeof value || Array.isArray(model) !== Array.isArray(value))
      found.push(`${at}: ${JSON.stringify(value)}`)
    else if (typeof value === 'string') {
      // "A string or null" is what a field may be.
      if (/undefined|(?<! or )null|NaN|\{\$|  |\s[.,/]|\[object|^$/.test(value) && value !== model)
        found.push(`${at}: "${value}"`)
    } else if (Array.isArray(model) && model.length > 0 && (value as unknown[]).length === 0)
      found.push(`${at} is empty`)
    else if (model !== null && typeof model === 'object' && !Array.isArray(model))
      for (const [key, entry] of Object.entries(model))
        walk((value as Record<string, unknown>)[key], entry, `${at}/${key}`)
  }
  if (String(answer.status) !== spec.code) found.push(`status ${answer.status}: ${JSON.stringify(answer.body)}`)
  walk(answer.body, example.value, '')
  for (const [header, value] of Object.entries(answer.headers))
    if (/undefined|null|NaN|\{\$|^$|=""/.test(value)) found.push(`${header}: ${value}`)
  return found.map((hole) => `${name} ${hole}`)
}

test.each<string>(VENDORS)('every documented error of %s is whole, by Prefer and by next', async (name) => {
  const mock = frozenMock({ vendors: [name] })
  const { library, sessions } = assembledOf(mock)
  const [session] = [...sessions.all.values()]
  const vendor = dialectVendor(library.vendor(name), session!.situation.vendors.get(name)!.dialect)
  const builder = createBuilder(vendor, library.specOf(vendor).source, session!.situation)
  const holes: string[] = []
  let reached = 0
  for (const error of errorsOf(vendor)) {
    const { operation, spec, example } = error
    const { method, path, headers, body } = buildRequest(builder, operation, {
      params: new Map(),
      body: undefined,
      credential: 'active',
    })
    const send = (more: ReadonlyArray<readonly [string, string]>) =>
      read(
        mock.fetch(
          new Request((operation.servers[0]?.origin ?? '') + path, {
            method,
            headers: [...headers, ...more].map(([field, value]): [string, string] => [field, value]),
            ...(body !== undefined && { body }),
          }),
        ),
      )
    holes.push(...holesOf(await send([['prefer', `code=${spec.code}, example=${example.name}`]]), error))
    await mock.clock.advance('1h')
    mock.next(name, operation.id, spec.name === undefined ? spec.status : `${spec.name}#${example.name}`)
    const answer = await send([['x-sparring-explain', 'yes']])
    if (!/ by handle \(/.test(answer.headers['x-sparring-explanation'] ?? '')) {
      mock.reset()
      continue
    }
    reached++
    holes.push(...holesOf(answer, error))
  }
  expect(holes).toEqual([])
  expect(reached).toBeGreaterThan(errorsOf(vendor).length / 2)
})
