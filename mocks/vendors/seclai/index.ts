import type { Operations } from '../../behaviour/operations.ts'
import { agents } from './agents.ts'
import { alerts } from './alerts.ts'
import { assistants } from './assistants.ts'
import { contents } from './contents.ts'
import { evaluations } from './evaluations.ts'
import { knowledge } from './knowledge.ts'
import { mail } from './mail.ts'
import { memory } from './memory.ts'
import { models } from './models.ts'
import { runs } from './runs.ts'
import { search } from './search.ts'
import { solutions } from './solutions.ts'
import { sources } from './sources.ts'
import { version } from './version.ts'

/** What no keyword says of Seclai: what one resource shows of others, imports, files, plans, sums, searches. */
export const operations: Operations = {
  ...agents,
  ...runs,
  ...evaluations,
  ...assistants,
  ...alerts,
  ...contents,
  ...mail,
  ...knowledge,
  ...memory,
  ...models,
  ...search,
  ...solutions,
  ...sources,
  ...version,
}
