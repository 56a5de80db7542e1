import { assemble, type Assembled } from '../../connect/mock/create-mock.ts'
import { createLibrary } from '../../load/library.ts'
import { readRegular } from '../../load/files/regular-file.ts'
import { didYouMean } from '../../spec/problems/nearest.ts'
import type { Operation } from '../../spec/model/operation/operation.ts'
import type { Vendor } from '../../spec/model/vendor.ts'
import { type Arguments, UsageError } from '../arguments.ts'
import { curl } from './curl.ts'
import { dialectsOf, optionsFor } from '../vendors/dialects.ts'
import { folders } from '../folders.ts'
import { playableScenarios } from '../vendors/playable.ts'
import { json, type Print } from '../print.ts'
import { hasGivenJob } from '../../request/given-items.ts'
import { baseFor, buildRequest, type BuiltRequest, type Wishes } from '../../request/build-request.ts'
import { type Builder, createBuilder, playedOf } from '../../request/builder.ts'
import { lastJobOf, starterOf } from '../../request/starter.ts'
import { printAnswer, printRequest } from './try-page.ts'
import { sendRequests } from './try-send.ts'

/** The default address of `sparring serve`. */
const SERVED = 'http://127.0.0.1:4010'

/** `sparring try VENDOR OPERATION` */
export async function run(args: Arguments, print: Print): Promise<number> {
  const [vendorName, operationName] = args.words as [string, string]
  const seed = args.number('seed', { whole: true })
  const times = args.number('times', { min: 1, max: 1000, whole: true }) ?? 1
  const library = createLibrary({ scenarios: folders(args) })
  const named = library.vendor(vendorName)
  const scenario = playableScenarios(args, library, [named.name], 'try')
  const dialect = dialectsOf(args, new Map([[named.name, named]]), 'try').get(named.name)
  const made = assemble(
    {
      vendors: { [vendorName]: optionsFor(dialect) },
      ...(scenario.length > 0 && { scenario }),
      ...(seed !== undefined && { seed }),
    },
    library,
  )
  using mock = made.mock
  const { vendor, source, session } = playedOf(made, named.name)
  const builder = createBuilder(vendor, source, session.situation)
  const operation = findOperation(vendor, operationName)
  // The clock is frozen between requests, so that the same command gives the same answers at any speed.
  if (!mock.clock.frozen()) mock.clock.freeze()
  const wishes = wishesOf(args)
  checkNames(operation, wishes.params)
  const started = await startJob(made, builder, operation, wishes)
  const params = new Map([...started.params, ...wishes.params])
  const request = buildRequest(builder, operation, { ...wishes, params })
  const base = baseFor(made, request)
  const answers = await sendRequests(mock, base, request, { times, parallel: args.on('parallel') })
  const line = curl(request, `${SERVED}/${vendor.name}`)
  if (args.on('json')) {
    const { origin: _, ...shown } = request
    print.out(
      json({
        request: {
          ...shown,
          url: base + request.path,
          headers: Object.fromEntries(request.headers),
          notes: [...started.notes, ...request.notes],
        },
        answers,
        curl: line,
      }),
    )
    return 0
  }
  printRequest({ ...request, notes: [...started.notes, ...request.notes] }, base, print)
  answers.forEach((answer, index) => printAnswer(answer, answers.length > 1 ? index + 1 : undefined, print))
  const options = [
    ...scenario.map((name) => `--scenario ${name}`),
    ...args.list('dialect').map((name) => `--dialect ${name}`),
  ]
  const server = ['sparring serve', vendorName, ...options].join(' ')
  print.out(`\n${print.paint('dim', `The same while "${server}" runs:`)}\n${line}`)
  return 0
}

function findOperation(vendor: Vendor, id: string): Operation {
  const operation = vendor.operations.get(id)
  if (operation) return operation
  throw new UsageError(
    `"${id}" is not an operation of ${vendor.name}.${didYouMean(id, vendor.operations.keys())}`,
    'try',
  )
}

function wishesOf(args: Arguments): Wishes {
  const params = args.list('param').map((text): [string, string] => {
    const at = text.indexOf('=')
    if (at > 0) return [text.slice(0, at), text.slice(at + 1)]
    throw new UsageError(`${args.source('param')} is "${text}" and must be NAME=VALUE.`, 'try')
  })
  return { params: new Map(params), body: bodyOf(args.text('body')), credential: args.text('credential') ?? 'active' }
}

/** @throws {@link UsageError} for a parameter that the operation does not have */
function checkNames(operation: Operation, params: ReadonlyMap<string, string>): void {
  const names = operation.parameters.map((parameter) => parameter.name)
  for (const name of params.keys()) {
    if (!names.includes(name))
      throw new UsageError(`"${name}" is not a parameter of ${operation.id}.${didYouMean(name, names)}`, 'try')
  }
}

function bodyOf(given: string | undefined): string | undefined {
  if (!given?.startsWith('@')) return given
  try {
    return readRegular(given.slice(1))
  } catch (error) {
    throw new UsageError(`--body is "${given}", and that file ${(error as Error).message}.`, 'try')
  }
}

/** The path parameter that names the started job, and what to say of it. */
interface Started {
  readonly params: ReadonlyArray<readonly [name: string, id: string]>
  readonly notes: readonly string[]
}

/** For an operation on a job, first starts one with the vendor's own operation. */
async function startJob(made: Assembled, builder: Builder, operation: Operation, wishes: Wishes): Promise<Started> {
  const { vendor } = builder
  const notes: string[] = []
  for (const { name } of operation.parameters.filter(
    (parameter) => parameter.in === 'path' && !wishes.params.has(parameter.name),
  )) {
    const collection = operation.items.get(name)
    const start =
      collection?.job === undefined || hasGivenJob(builder, operation, collection)
        ? undefined
        : starterOf(vendor, collection.job)
    if (!start) continue
    const request: BuiltRequest = buildRequest(builder, start, {
      params: new Map(),
      body: undefined,
      credential: wishes.credential,
    })
    const [answer] = await sendRequests(made.mock, baseFor(made, request), request, { times: 1, parallel: false })
    const id = lastJobOf(made.mock, start)
    notes.push(
      `${name}: ${start.id} was sent first and gave ${answer!.status ?? answer!.fault}${id === undefined ? ', so no job exists' : ''}; --param ${name}=… sets another`,
    )
    if (id !== undefined) return { params: [[name, id]], notes }
  }
  return { params: [], notes }
}
