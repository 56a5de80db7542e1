import type { Assembled } from '../../connect/mock/create-mock.ts'
import type { Session } from '../../engine/session/session.ts'
import type { Raw } from '../../scenario/raw.ts'
import { InvalidFileError } from '../../spec/problems/problem.ts'
import type { Operation } from '../../spec/model/operation/operation.ts'
import type { Vendor } from '../../spec/model/vendor.ts'
import type { BuiltRequest } from '../build-request.ts'
import { type Builder, createBuilder, playedOf } from '../builder.ts'
import { hasGivenJob } from '../given-items.ts'
import { lastJobOf, starterOf } from '../starter.ts'
import { whileMoving } from '../while-moving.ts'
import type { Answered } from './pair.ts'
import { goodRequest } from './provoke.ts'

/** Sends a request to the vendor and reads the answer; the signal aborts the request. */
export type Send = (vendor: string, request: BuiltRequest, signal: AbortSignal) => Promise<Answered>

/** Plays requests to one vendor, each in a chosen situation. */
export interface Stage {
  /** In the dialect used. */
  readonly vendor: Vendor
  readonly session: Session
  /** Starts a new world with a scenario, by default the vendor's normal case, and with changes over it. */
  readonly play: (scenario?: string, changes?: Raw) => Builder
  /** The same; undefined for a scenario that names parts which this dialect lacks. */
  readonly tryToPlay: (scenario: string) => Builder | undefined
  /** Sends one request. The clock moves while the answer is held; undefined without an answer. */
  readonly shoot: (request: BuiltRequest) => Promise<Answered | undefined>
  /** Sends a request several times at once. The clock stands still until all have arrived. */
  readonly shootAtOnce: (request: BuiltRequest, times: number) => Promise<ReadonlyArray<Answered | undefined>>
  /** Starts the jobs that an operation's path names, and returns their ids by parameter. */
  readonly startJobs: (builder: Builder, operation: Operation) => Promise<Map<string, string>>
  /** The operations called so far in this world, in order. */
  readonly called: () => readonly string[]
}

/** Maximum ms of the clock to wait for an answer: four hours. */
const LONGEST = 4 * 60 * 60 * 1000

export function createStage(assembled: Assembled, vendorName: string, send: Send): Stage {
  const { mock } = assembled
  const { vendor, source, session } = playedOf(assembled, vendorName)

  let failed = 0
  const shootOnce = (request: BuiltRequest, signal: AbortSignal): Promise<Answered | undefined> => {
    const headers = [...request.headers, ['x-sparring-explain', 'yes'] as const]
    return send(vendor.name, { ...request, headers }, signal).catch(() => {
      failed++
      return undefined
    })
  }

  const shoot: Stage['shoot'] = (request) =>
    whileMoving(mock, ({ signal }) => shootOnce(request, signal), { longest: LONGEST })

  const shootAtOnce: Stage['shootAtOnce'] = (request, times) => {
    const before = session.count + failed
    return whileMoving(
      mock,
      ({ signal }) => Promise.all(Array.from({ length: times }, () => shootOnce(request, signal))),
      { longest: LONGEST, mayMove: () => session.count + failed - before >= times },
    )
  }

  let normal: Builder | undefined
  const play: Stage['play'] = (scenario, changes) => {
    mock.reset()
    if (scenario === undefined && changes === undefined) {
      return (normal ??= createBuilder(vendor, source, session.situation))
    }
    mock.play(scenario === undefined ? [] : scenario, { ...changes, fresh: true } as never)
    return createBuilder(vendor, source, session.situation)
  }

  const tryToPlay: Stage['tryToPlay'] = (scenario) => {
    try {
      return play(scenario)
    } catch (error) {
      if (error instanceof InvalidFileError) return undefined
      throw error
    }
  }

  const startJobs: Stage['startJobs'] = async (builder, operation) => {
    const params = new Map<string, string>()
    for (const { name, in: place } of operation.parameters) {
      const collection = place === 'path' ? operation.items.get(name) : undefined
      if (collection?.job === undefined || hasGivenJob(builder, operation, collection)) continue
      const start = starterOf(vendor, collection.job)
      if (!start || start === operation) continue
      await shoot(goodRequest(builder, start, { params: new Map(), body: undefined }))
      const id = lastJobOf(mock, start)
      if (id !== undefined) params.set(name, id)
    }
    return params
  }

  const called = (): string[] => mock.journal.exchanges().flatMap(({ operation }) => operation ?? [])

  return { vendor, session, play, tryToPlay, shoot, shootAtOnce, startJobs, called }
}
