import { createGenerator, type Generator } from '../generate/generator.ts'
import { loadFaker } from '../load/load-faker.ts'
import type { Situation } from '../scenario/situation.ts'
import type { Source } from '../spec/read/source.ts'
import type { Vendor } from '../spec/model/vendor.ts'

/** What requests are built from. */
export interface Builder {
  readonly vendor: Vendor
  readonly source: Source
  readonly situation: Situation
  readonly generator: Generator
}

export function createBuilder(vendor: Vendor, source: Source, situation: Situation): Builder {
  return {
    vendor,
    source,
    situation,
    generator: createGenerator({ schemas: vendor.schemas, seed: situation.seed, loadFaker }),
  }
}
