import type { Case } from './case.ts'
import { httpCases } from './http.ts'
import { inProcessCases } from './in-process.ts'
import { memoryCases } from './memory.ts'
import { replicaCases } from './replicas.ts'
import { startCases } from './start.ts'
import { tailCases } from './tail.ts'

/** All that can be measured, in the order in which it is. */
export const cases: readonly Case[] = [
  ...httpCases,
  ...tailCases,
  ...inProcessCases,
  ...startCases,
  ...memoryCases,
  ...replicaCases,
]
