import type { Operations } from '../kit.ts'
import { runs } from './agents/agent-runs.ts'
import { agents } from './agents/agents.ts'
import { evaluations } from './agents/evaluations.ts'
import { models } from './agents/models.ts'
import { alerts } from './alerts.ts'
import { assistants } from './assistants.ts'
import { mail } from './mail.ts'
import { search } from './resource-search.ts'
import { solutions } from './solutions.ts'
import { contents } from './sources/contents.ts'
import { embeddings } from './sources/embeddings.ts'
import { exports } from './sources/exports.ts'
import { knowledge } from './sources/knowledge.ts'
import { memory } from './sources/memory.ts'
import { migrations } from './sources/migrations.ts'
import { sources } from './sources/sources.ts'
import { version } from './version.ts'

/** What no keyword says of Seclai: what one resource shows of others, imports, files, plans, sums, searches. */
export const operations: Operations = {
  ...agents,
  ...runs,
  ...evaluations,
  ...assistants,
  ...alerts,
  ...contents,
  ...embeddings,
  ...exports,
  ...mail,
  ...knowledge,
  ...memory,
  ...migrations,
  ...models,
  ...search,
  ...solutions,
  ...sources,
  ...version,
}
