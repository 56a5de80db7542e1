import { readFileSync } from 'node:fs'
import { Ajv2020 } from 'ajv/dist/2020.js'
import formats from 'ajv-formats'
import { expect, onTestFinished, test } from 'vitest'
import { load } from 'js-yaml'
import { assemble, type Assembled } from '../../../mocks/connect/mock/create-mock.ts'
import { dialectVendor } from '../../../mocks/spec/model/dialects.ts'
import { serveMock } from '../../../mocks/connect/server/start-server.ts'
import type { Pair } from '../../../mocks/request/proof/pair.ts'
import { provePairs } from '../../../mocks/request/proof/prove.ts'
import { initOf } from '../../../mocks/request/build-request.ts'
import { inProcess, readAnswer } from '../../../mocks/request/proof/send.ts'
import type { Send } from '../../../mocks/request/proof/stage.ts'
import { root } from '../../support/processes/cli.ts'
import { NOW } from '../../support/mock/mock.ts'

type Data = Readonly<Record<string, unknown>>

const VENDORS = [
  ['seek', 'credits'],
  ['seek', 'usd'],
  ['seal', undefined],
  ['seclai', '2026-07-01'],
  ['seclai', '2026-07-27'],
  ['seamless', 'document'],
  ['seamless', 'wire'],
  ['seclai', 'combined'],
  ['seclai', 'introduction'],
  ['sequentum', 'conversational'],
  ['sequentum', 'legacy-errors'],
  ['sequentum', 'single-shot'],
] as const
/** What a document declares, and nobody says what would cause it. */
const WITHOUT_CAUSE: Readonly<Record<string, readonly string[]>> = { seamless: ['getAccessToken 422'] }
const LONG = { timeout: 600_000 }

/** A socket knows no dialects: it carries the first of each vendor, and stands for the others. */
const isOverSocket = (name: string, dialect: string | undefined): boolean =>
  VENDORS.find(([vendor]) => vendor === name)![1] === dialect

/** Serves a mock on a socket, until the test ends. */
async function overSocket(assembled: Assembled): Promise<Send> {
  const server = await serveMock(assembled, { port: 0 })
  onTestFinished(() => server.close())
  return async (name, request, signal) =>
    readAnswer(await fetch(`${server.url}/${name}${request.path}`, initOf(request, signal)))
}

test.each(VENDORS)(
  'every documented answer of every operation of %s (%s) can be had, and fits its document',
  LONG,
  async (vendor, dialect) => {
    const vendors = { [vendor]: dialect === undefined ? {} : { dialect } }
    const assembled = assemble({ vendors, clock: { at: NOW, frozen: true }, checkReplies: true })
    const send = isOverSocket(vendor, dialect) ? await overSocket(assembled) : inProcess(assembled)
    const { pairs, missing } = await provePairs(assembled, vendor, send)
    expect(missing).toEqual([])
    const judge = createJudge(documentOf(assembled, vendor, dialect))
    expect(pairs.flatMap(judge.breaches)).toEqual([])
    const had = new Set(pairs.map(({ operation, code }) => `${operation} ${code}`))
    expect([...had].sort()).toEqual(judge.documented().sort())
    const unnatural = pairs.filter(({ how, code }) => how !== 'behaviour' && /^(?:401|402|422|429)$/.test(code))
    expect(unnatural.map(({ operation, code }) => `${operation} ${code}`)).toEqual(WITHOUT_CAUSE[vendor] ?? [])
    const welcome = pairs.filter(
      ({ how, code, by }) => how === 'behaviour' && /^[23]/.test(code) && by === 'a good request',
    )
    expect([...new Set(welcome.map(({ operation }) => operation))]).toEqual(judge.operations())
  },
)

function documentOf({ library }: Assembled, name: string, dialect: string | undefined): Data {
  if (dialect === undefined) return load(readFileSync(`${root}specs/${name}/openapi.yaml`, 'utf8')) as Data
  return library.specOf(dialectVendor(library.vendor(name), dialect)).source.data as Data
}

/** Judges answers by the document alone, with a validator that is none of ours. */
function createJudge(document: Data) {
  const ajv = new Ajv2020({ strict: false, allErrors: true, validateSchema: false })
  formats.default(ajv)
  ajv.addSchema(document, 'spec')
  const operations = Object.entries(document['paths'] as Data).flatMap(([path, item]) =>
    Object.entries(item as Data)
      .filter(([, operation]) => (operation as Data)['operationId'] !== undefined)
      .map(([method, operation]) => ({ at: ['paths', path, method], operation: operation as Data })),
  )
  const resolve = (at: readonly string[]): { at: readonly string[]; node: Data } => {
    const node = at.reduce<unknown>((value, step) => (value as Data)[step], document) as Data
    const ref = node['$ref'] as string | undefined
    return ref === undefined ? { at, node } : resolve(ref.slice(2).split('/'))
  }
  const errors = (at: readonly string[], value: unknown): string[] => {
    const pointer = at.map((step) => encodeURIComponent(step.replaceAll('~', '~0').replaceAll('/', '~1'))).join('/')
    const validate = ajv.getSchema(`spec#/${pointer}`)!
    return validate(value) ? [] : validate.errors!.map((error) => `${error.instancePath} ${error.message}`)
  }
  return {
    operations: (): string[] => operations.map(({ operation }) => String(operation['operationId'])),
    documented: (): string[] =>
      operations.flatMap(({ operation }) =>
        Object.keys(operation['responses'] as Data).map((code) => `${String(operation['operationId'])} ${code}`),
      ),
    breaches: ({ operation: id, code, answer }: Pair): string[] => {
      const found = operations.find(({ operation }) => operation['operationId'] === id)!
      const response = resolve([...found.at, 'responses', code])
      const problems: string[] = String(answer.status) === code ? [] : [`status ${answer.status}`]
      for (const name of Object.keys((response.node['headers'] ?? {}) as Data)) {
        const header = resolve([...response.at, 'headers', name])
        const value = answer.headers[name.toLowerCase()]
        if (value === undefined && header.node['required'] === true) problems.push(`no ${name}`)
        if (value === undefined) continue
        const read = /^-?\d+$/.test(value) ? Number(value) : value
        problems.push(...errors([...header.at, 'schema'], read).map((error) => `${name} ${error}`))
      }
      const content = (response.node['content'] ?? {}) as Readonly<Record<string, Data>>
      const types = Object.keys(content)
      const sent = answer.headers['content-type']?.split(';')[0]
      const isOf = (type: string): boolean =>
        type === sent || (type.endsWith('/*') && String(sent).startsWith(type.slice(0, -1)))
      if (types.length > 0 && !types.some(isOf)) problems.push(`content-type ${sent}`)
      if (content['application/json']?.['schema'] !== undefined && sent === 'application/json')
        problems.push(
          ...errors(
            [...response.at, 'content', 'application/json', 'schema'],
            JSON.parse(new TextDecoder().decode(answer.body)),
          ),
        )
      return problems.map((problem) => `${id} ${code}: ${problem}`)
    },
  }
}
