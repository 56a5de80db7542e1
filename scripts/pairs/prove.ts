import { type Builder, type BuiltRequest, createBuilder } from '../../mocks/cli/request.ts'
import { hasGivenJob } from '../../mocks/cli/items.ts'
import type { Assembled } from '../../mocks/connect/create-mock.ts'
import { spokenRuntime } from '../../mocks/engine/dialect.ts'
import { loadScenario } from '../../mocks/connect/scenario-chain.ts'
import { asRecord, type Raw } from '../../mocks/scenario/raw.ts'
import { constantOf } from '../../mocks/spec/value.ts'
import { InvalidFileError } from '../../mocks/spec/problem.ts'
import type { Operation, ResponseSpec, Vendor } from '../../mocks/spec/vendor.ts'
import { type Answered, keyOf, keysOf, type Pair, told } from './pair.ts'
import { type Base, bases, goodRequest, openers, provocations } from './provoke.ts'

/** Sends a request to the vendor and reads the answer. */
export type Send = (vendor: string, request: BuiltRequest) => Promise<Answered>

/**
 * Comes by every documented answer of a vendor: by behaviour, else by a scenario of its catalogue, else by `Prefer`.
 *
 * @param only - the operations that matter; all of them where it is left out
 * @returns the pairs found, in the order of the document, and those that nothing led to
 */
export async function provePairs(
  assembled: Assembled,
  vendorName: string,
  send: Send,
  only?: ReadonlySet<string>,
): Promise<{ readonly pairs: readonly Pair[]; readonly missing: readonly string[] }> {
  const prover = createProver(assembled, vendorName, send)
  const pairs: Pair[] = []
  const missing: string[] = []
  for (const operation of prover.vendor.operations.values()) {
    if (only && !only.has(operation.id)) continue
    const found = await prover.prove(operation)
    for (const key of keysOf(operation)) {
      const pair = found.get(key)
      if (pair) pairs.push(pair)
      else missing.push(`${operation.id} ${key}`)
    }
  }
  return { pairs, missing }
}

function createProver(assembled: Assembled, vendorName: string, send: Send) {
  const { mock, library } = assembled
  const [session] = [...assembled.world.sessions.values()]
  const { vendor } = spokenRuntime(session!, assembled.world.engine.runtimes.get(vendorName)!)
  const scenarios = scenariosOf(assembled, vendor)

  /** Sends, moving the clock while the answer is held and nothing else is still on its way. */
  const shoot = async (request: BuiltRequest, mayMove = () => true): Promise<Answered | undefined> => {
    let answered: Answered | undefined
    let isDone = false
    const headers = [...request.headers, ['x-sparring-explain', 'yes'] as const]
    const sending = send(vendor.name, { ...request, headers })
      .then((answer) => (answered = answer))
      .catch(() => undefined)
      .finally(() => (isDone = true))
    for (let times = 0; times < 250 && !isDone; times++) {
      await Promise.race([sending, new Promise((resolve) => setTimeout(resolve, 20))])
      if (!isDone && mayMove() && mock.held().length > 0) await mock.clock.advance('1m')
    }
    return answered
  }

  const play = (scenario: string, changes: Raw = {}): Builder => {
    mock.play(scenario, { ...changes, fresh: true } as never)
    return createBuilder(vendor, library.specOf(vendor).source, session!.situation)
  }

  /** A scenario may name operations that this dialect does not have. */
  const playable = (scenario: string): Builder | undefined => {
    try {
      return play(scenario)
    } catch (error) {
      if (error instanceof InvalidFileError) return undefined
      throw error
    }
  }

  /** Path parameters that name jobs need one. */
  const startJobs = async (builder: Builder, operation: Operation): Promise<Map<string, string>> => {
    const params = new Map<string, string>()
    for (const { name, in: place } of operation.parameters) {
      const collection = place === 'path' ? operation.items.get(name) : undefined
      const job = collection?.job
      if (collection && hasGivenJob(builder, operation, collection)) continue
      const start =
        job &&
        [...vendor.operations.values()].find((entry) => entry.job?.kind === 'start' && entry.job.job.name === job)
      if (!start || start === operation) continue
      await shoot(goodRequest(builder, start, { params: new Map(), body: undefined }))
      const id = mock.journal.exchanges({ operation: start.id }).at(-1)?.job
      if (id !== undefined) params.set(name, id)
    }
    return params
  }

  /** The first way to fill the request that the operation accepts; the plainest where there is none. */
  const findBase = async (operation: Operation): Promise<Base> => {
    const builder = play(`${vendor.name}/happy-path`)
    const known = await startJobs(builder, operation)
    const given = known.size > 0 ? [...bases(builder, operation, new Map())] : []
    const all: Base[] = [...bases(builder, operation, known), ...given.map((base) => ({ ...base, isGiven: true }))]
    for (const base of all) {
      const answered = await shoot(goodRequest(builder, operation, base))
      if (answered && answered.status < 300) return base
      // What was refused has used up its place in the limits, and nothing else.
      if (known.size === 0) await mock.clock.advance('1m')
      else await startJobs(play(`${vendor.name}/happy-path`), operation)
    }
    for (const base of all.slice(0, 40)) {
      for (const before of openers(builder, operation, base)) {
        play(`${vendor.name}/happy-path`)
        await shoot(before)
        const answered = await shoot(goodRequest(builder, operation, base))
        if (answered && answered.status < 300) return { ...base, before }
      }
    }
    return { params: known, body: undefined }
  }

  const prove = async (operation: Operation): Promise<ReadonlyMap<string, Pair>> => {
    const found = new Map<string, Pair>()
    const wanted = keysOf(operation)
    const isOpen = (key?: string): boolean =>
      key === undefined ? wanted.some((entry) => !found.has(entry)) : wanted.includes(key) && !found.has(key)
    const open = (): ResponseSpec[] =>
      operation.responses.filter(({ code }) => wanted.some((key) => key.split(' ')[0] === code && !found.has(key)))
    const note = (answered: Answered | undefined, by: string, scenario?: string, isPreferred = false): void => {
      const key = answered && keyOf(operation, answered)
      if (!answered || key === undefined || !isOpen(key)) return
      const how = isPreferred ? 'Prefer' : told(answered).isRule ? 'scenario' : 'behaviour'
      const [code, refusal] = key.split(' ') as [string, string?]
      found.set(key, { operation: operation.id, code, refusal, how, by, scenario, answer: answered })
    }

    const base = await findBase(operation)
    /** The base with jobs of this world. */
    const begin = async (builder: Builder): Promise<Base> => {
      if (base.before) await shoot(base.before)
      return {
        ...base,
        params: base.isGiven ? base.params : new Map([...base.params, ...(await startJobs(builder, operation))]),
      }
    }

    // The same world gives the same jobs, so what is sent to each of them can be built once.
    const first = play(`${vendor.name}/happy-path`)
    for (const next of provocations(first, operation, await begin(first))) {
      if (!isOpen()) break
      await begin(play(`${vendor.name}/happy-path`))
      let answered: Answered | undefined
      for (let times = 0; times < (next.times ?? 1); times++) answered = await shoot(next.request)
      note(answered, next.by)
    }

    for (const limit of operation.limits) {
      if (![...wanted].some((key) => isOpen(key) && key.endsWith(` ${limit.refuse.name}`))) continue
      const scenario = limitScenario(scenarios, limit.name)
      const changes = scenario ? {} : { limits: { [limit.name]: { [sizeKey(limit.algorithm)]: 1 } } }
      const builder = play(scenario ?? `${vendor.name}/happy-path`, {
        ...changes,
        ...(limit.algorithm === 'concurrency' && { latency: '1s' }),
      })
      const request = goodRequest(builder, operation, await begin(builder))
      const settings = builder.situation.vendors.get(vendor.name)!.limits.get(limit.name)!
      const most = Number(constantOf(settings[sizeKey(limit.algorithm)])?.value ?? 1)
      // A queue holds what comes over the limit, and refuses only what finds it full.
      const room = most * settings.instances + settings.queue
      // A stream moves the clock to its end, by when the window has turned.
      const isAtOnce = limit.algorithm === 'concurrency' || settings.queue > 0 || operation.stream !== undefined
      const before = session!.count
      const haveAllArrived = (): boolean => session!.count - before > room
      const answers = isAtOnce
        ? await Promise.all(Array.from({ length: room + 1 }, () => shoot(request, haveAllArrived)))
        : await inTurn(Array.from({ length: room + 1 }, () => () => shoot(request)))
      const by = isAtOnce ? `${room + 1} requests at once` : `request after request`
      for (const answered of answers) note(answered, by, scenario)
    }

    for (const [name, raw] of scenarios) {
      const rules = rulesOf(raw)
      if (!isOpen() || /"(?:fault|offContract)"/.test(rules) || !mayHelp(rules, open())) continue
      const builder = playable(name)
      if (!builder) continue
      const request = goodRequest(builder, operation, await begin(builder))
      // Some rules act by chance, and some on later calls only.
      const times = rules === '[]' ? 1 : 12
      for (let count = 0; count < times && isOpen(); count++) note(await shoot(request), 'a good request', name)
    }

    for (const key of wanted.filter(isOpen)) {
      const builder = play(`${vendor.name}/happy-path`)
      const request = goodRequest(builder, operation, await begin(builder))
      const [code, refusal] = key.split(' ') as [string, string?]
      const example = refusal?.split('#')[1]
      const prefer = `code=${/^\d+$/.test(code) ? code : `${code[0]}00`}${example === undefined ? '' : `, example=${example}`}`
      const answered = await shoot({ ...request, headers: [...request.headers, ['prefer', prefer]] })
      note(answered, `\`Prefer: ${prefer}\``, undefined, true)
    }
    return found
  }

  return { vendor, prove }
}

/** The vendor's scenarios, as they are merged; those with the least rules first, since they show most plainly. */
function scenariosOf({ library }: Assembled, vendor: Vendor): ReadonlyMap<string, Raw> {
  const names = [...library.scenarioFiles().keys()].filter((name) => name.startsWith(`${vendor.name}/`)).sort()
  const scenarios = names.map((name) => [name, loadScenario(library, name).parts.get(vendor.name) ?? {}] as const)
  // A scenario of another dialect may speak of what this one has not.
  const own = scenarios.filter(([, raw]) => raw['dialect'] === undefined || raw['dialect'] === vendor.dialect)
  return new Map(own.sort(([, left], [, right]) => rulesOf(left).length - rulesOf(right).length))
}

/** Whether rules name one of these answers; without rules, whether a client can have caused one. */
function mayHelp(rules: string, open: readonly ResponseSpec[]): boolean {
  if (rules === '[]') return open.some(({ code }) => !code.startsWith('5') && code !== '400')
  return open.some(({ code, name }) => new RegExp(`"error":"?(?:${code}|${name ?? code})\\b`).test(rules))
}

function rulesOf(raw: Raw): string {
  return JSON.stringify(raw['rules'] ?? [])
}

/** The scenario that is about this limit alone; of several the one that the fewest requests exhaust. */
function limitScenario(scenarios: ReadonlyMap<string, Raw>, limit: string): string | undefined {
  const fitting = [...scenarios].flatMap(([name, raw]) => {
    const settings = asRecord(asRecord(raw['limits'])[limit])
    const isAbout =
      Object.keys(asRecord(raw['limits'])).join() === limit && !('instances' in settings) && !('rules' in raw)
    return isAbout ? [{ name, room: roomOf(settings) }] : []
  })
  return fitting.sort((left, right) => left.room - right.room)[0]?.name
}

/** Requests that pass or queue before one is refused; what the scenario leaves to the spec counts as much. */
function roomOf(settings: Raw): number {
  const size = settings['limit'] ?? settings['capacity']
  const queue = settings['queue'] ?? 0
  return typeof size === 'number' && typeof queue === 'number' ? size + queue : Number.POSITIVE_INFINITY
}

function sizeKey(algorithm: string): 'capacity' | 'limit' {
  return algorithm === 'token-bucket' ? 'capacity' : 'limit'
}

async function inTurn<Result>(calls: ReadonlyArray<() => Promise<Result>>): Promise<Result[]> {
  const results: Result[] = []
  for (const call of calls) results.push(await call())
  return results
}
