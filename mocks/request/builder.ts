import { createGenerator, type Generator } from '../generate/generator.ts'
import type { Assembled } from '../connect/mock/create-mock.ts'
import { dialectRuntime } from '../engine/exchange/dialect.ts'
import { DEFAULT_SESSION, type Session } from '../engine/session/session.ts'
import { loadFaker } from '../load/load-faker.ts'
import type { Situation } from '../scenario/situation.ts'
import type { Source } from '../spec/read/source.ts'
import type { Vendor } from '../spec/model/vendor.ts'

/** The input for building requests. */
export interface Builder {
  readonly vendor: Vendor
  readonly source: Source
  readonly situation: Situation
  readonly generator: Generator
}

/** A vendor in the current state of a mock's own session. */
export interface Played {
  /** In the current dialect. */
  readonly vendor: Vendor
  readonly source: Source
  readonly session: Session
}

export function playedOf({ sessions, library }: Assembled, vendorName: string): Played {
  const session = sessions.all.get(DEFAULT_SESSION)!
  const { vendor } = dialectRuntime(session, sessions.engine.runtimes.get(vendorName)!)
  return { vendor, source: library.specOf(vendor).source, session }
}

export function createBuilder(vendor: Vendor, source: Source, situation: Situation): Builder {
  return {
    vendor,
    source,
    situation,
    generator: createGenerator({ schemas: vendor.schemas, seed: situation.seed, loadFaker }),
  }
}
