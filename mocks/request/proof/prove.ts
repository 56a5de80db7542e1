import type { Assembled } from '../../connect/mock/create-mock.ts'
import type { Raw } from '../../scenario/raw.ts'
import { responseFor } from '../../spec/compile/operation/responses.ts'
import { constantOf } from '../../spec/values/value.ts'
import { type Limit, SIZE_KEYS } from '../../spec/model/rules/limit.ts'
import type { Operation } from '../../spec/model/operation/operation.ts'
import type { ResponseSpec } from '../../spec/model/response.ts'
import type { BuiltRequest } from '../build-request.ts'
import type { Builder } from '../builder.ts'
import { type Answered, pairKey, pairKeys, type Pair, readExplanation } from './pair.ts'
import { type Base, bases, goodRequest, openers, provocations } from './provoke.ts'
import { hasRules, limitScenario, mayReachAnswer, rawScenarios } from './scenarios.ts'
import { createStage, type Send, type Stage } from './stage.ts'

export interface Proof {
  readonly pairs: readonly Pair[]
  /** Pairs that no request produced. */
  readonly missing: readonly string[]
  /** The vendor's operations, in the dialect used. */
  readonly operations: ReadonlyMap<string, Operation>
}

/**
 * Produces every documented answer of a vendor: by behaviour, else by one of its scenarios, else by `Prefer`.
 *
 * @param wants - the wanted operations, each with its wanted pairs; all by default
 * @returns the pairs found, in document order
 */
export async function provePairs(
  assembled: Assembled,
  vendorName: string,
  send: Send,
  wants: (operation: Operation, key: string) => boolean = () => true,
): Promise<Proof> {
  const stage = createStage(assembled, vendorName, send)
  const scenarios = rawScenarios(assembled.library, stage.vendor)
  const pairs: Pair[] = []
  const missing: string[] = []
  for (const operation of stage.vendor.operations.values()) {
    const wanted = pairKeys(operation).filter((key) => wants(operation, key))
    if (wanted.length === 0) continue
    const found = await prove(stage, scenarios, operation, wanted)
    for (const key of wanted) {
      const pair = found.get(key)
      if (pair) pairs.push(pair)
      else missing.push(`${operation.id} ${key}`)
    }
  }
  return { pairs, missing, operations: stage.vendor.operations }
}

/** How an answer was produced. */
interface Way {
  readonly by: string
  readonly scenario?: string | undefined
  readonly changes?: Raw | undefined
  readonly isPreferred?: true
}

/** The wanted pairs of one operation, and those found. */
function createSearch(stage: Stage, operation: Operation, wanted: readonly string[]) {
  const found = new Map<string, Pair>()
  const isOpen = (key: string): boolean => wanted.includes(key) && !found.has(key)
  return {
    found,
    isOpen,
    isAnyOpen: () => found.size < wanted.length,
    openKeys: () => wanted.filter(isOpen),
    open: (): ResponseSpec[] =>
      operation.responses.filter(({ code }) => wanted.some((key) => key.split(' ')[0] === code && !found.has(key))),
    note: (request: BuiltRequest, answer: Answered | undefined, { by, scenario, changes, isPreferred }: Way): void => {
      const key = answer && pairKey(operation, answer)
      if (!answer || key === undefined || !isOpen(key)) return
      const how = isPreferred ? 'Prefer' : readExplanation(answer).isRule ? 'scenario' : 'behaviour'
      const [code, refusal] = key.split(' ') as [string, string?]
      const before = [...new Set(stage.called())].filter((id) => id !== operation.id)
      found.set(key, { operation: operation.id, code, refusal, how, by, scenario, changes, before, request, answer })
    },
  }
}

type Search = ReturnType<typeof createSearch>

async function prove(
  stage: Stage,
  scenarios: ReadonlyMap<string, Raw>,
  operation: Operation,
  wanted: readonly string[],
): Promise<ReadonlyMap<string, Pair>> {
  const search = createSearch(stage, operation, wanted)
  const base = await findBase(stage, operation)
  /** The base with the jobs of this world. */
  const begin = async (builder: Builder): Promise<Base> => {
    if (base.before) await stage.shoot(base.before)
    return {
      ...base,
      params: base.isGiven ? base.params : new Map([...base.params, ...(await stage.startJobs(builder, operation))]),
    }
  }

  // Equal worlds have equal jobs, so the requests to them can be built once.
  const first = stage.play()
  for (const { request, by, times = 1 } of provocations(first, operation, await begin(first))) {
    if (!search.openKeys().some(isOfRequest)) break
    await begin(stage.play())
    let answer: Answered | undefined
    for (let count = 0; count < times; count++) answer = await stage.shoot(request)
    search.note(request, answer, { by })
  }

  for (const limit of operation.limits) {
    if (search.openKeys().some((key) => key.endsWith(` ${limit.refuse.name}`)))
      await exhaust({ stage, search, begin }, operation, limit, limitScenario(scenarios, limit))
  }

  for (const [scenario, raw] of scenarios) {
    if (!search.isAnyOpen() || !mayReachAnswer(raw, operation, search.open())) continue
    const builder = stage.tryToPlay(scenario)
    if (!builder) continue
    const request = goodRequest(builder, operation, await begin(builder))
    // Some rules apply by chance, and some only to later calls.
    const times = hasRules(raw) ? 12 : 1
    for (let count = 0; count < times && search.isAnyOpen(); count++)
      search.note(request, await stage.shoot(request), { by: 'a good request', scenario })
  }

  for (const key of search.openKeys()) {
    const builder = stage.play()
    const good = goodRequest(builder, operation, await begin(builder))
    const prefer = preferenceFor(operation, key)
    const request = { ...good, headers: [...good.headers, ['prefer', prefer] as const] }
    search.note(request, await stage.shoot(request), { by: `\`Prefer: ${prefer}\``, isPreferred: true })
  }
  return search.found
}

/** The first way to fill the request that the operation accepts; the simplest where there is none. */
async function findBase(stage: Stage, operation: Operation): Promise<Base> {
  const { play, shoot, startJobs } = stage
  const builder = play()
  const known = await startJobs(builder, operation)
  const given = known.size > 0 ? [...bases(builder, operation, new Map())] : []
  const all: Base[] = [...bases(builder, operation, known), ...given.map((base) => ({ ...base, isGiven: true }))]
  for (const base of all) {
    const answered = await shoot(goodRequest(builder, operation, base))
    if (answered && answered.status < 300) return base
    await startJobs(play(), operation)
  }
  for (const base of all.slice(0, 40)) {
    for (const before of openers(builder, operation, base)) {
      play()
      await shoot(before)
      const answered = await shoot(goodRequest(builder, operation, base))
      if (answered && answered.status < 300) return { ...base, before }
    }
  }
  return { params: known, body: undefined }
}

/** What proofs of one operation share. */
interface Proving {
  readonly stage: Stage
  readonly search: Search
  readonly begin: (builder: Builder) => Promise<Base>
}

/** Sends one more request than a limit allows, in the limit's scenario or with the limit set to one. */
async function exhaust(
  { stage, search, begin }: Proving,
  operation: Operation,
  limit: Limit,
  scenario: string | undefined,
): Promise<void> {
  const key = SIZE_KEYS[limit.algorithm]
  const isConcurrency = limit.algorithm === 'concurrency'
  const changes = {
    ...(scenario === undefined && { limits: { [limit.name]: { [key]: 1 } } }),
    ...(isConcurrency && { latency: '1s' }),
  }
  const builder = stage.play(scenario, changes)
  const request = goodRequest(builder, operation, await begin(builder))
  const settings = builder.situation.vendors.get(stage.vendor.name)!.limits.get(limit.name)!
  const most = Number(constantOf(settings[key])?.value ?? 1)
  // A queue holds requests over the limit, and refuses only when it is full.
  const times = most * settings.instances + settings.queue + 1
  // A stream moves the clock to its end, by which time the window has expired.
  const isAtOnce = isConcurrency || settings.queue > 0 || operation.stream !== undefined
  const way: Way = {
    by: isAtOnce ? `${times} requests at once` : 'request after request',
    scenario,
    changes: Object.keys(changes).length > 0 ? changes : undefined,
  }
  if (isAtOnce) for (const answer of await stage.shootAtOnce(request, times)) search.note(request, answer, way)
  else for (let count = 0; count < times; count++) search.note(request, await stage.shoot(request), way)
}

/** Whether the content of a request can produce a pair: not a limit's refusal, and not a server error. */
function isOfRequest(key: string): boolean {
  return !key.includes(' ') && !key.startsWith('5')
}

/** The `Prefer` value that requests a pair. */
function preferenceFor({ responses }: Operation, key: string): string {
  const [code, refusal] = key.split(' ') as [string, string?]
  const example = refusal?.split('#')[1]
  return `code=${statusFor(responses, code)}${example === undefined ? '' : `, example=${example}`}`
}

/** A status for a documented code: for a range or `default`, one without its own answer. */
function statusFor(responses: readonly ResponseSpec[], code: string): string {
  if (/^\d+$/.test(code)) return code
  const first = /^[1-5]/.test(code) ? Number(code[0]) * 100 : 500
  const fitting = Array.from({ length: 100 }, (_, index) => first + index)
  return String(fitting.find((status) => responseFor(responses, status)?.code === code) ?? first)
}
