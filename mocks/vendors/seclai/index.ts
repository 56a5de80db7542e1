import type { Operations } from '../kit.ts'
import { runs } from './agents/agent-runs.ts'
import { agents } from './agents/agents.ts'
import { evaluations } from './agents/evaluations.ts'
import { models } from './agents/models.ts'
import { alerts } from './alerts.ts'
import { assistants } from './assistants.ts'
import { bankAssistant } from './bank-assistant.ts'
import { emailDomains } from './email-domains.ts'
import { governance } from './governance.ts'
import { mail } from './mail.ts'
import { plans } from './plans.ts'
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

/** Seclai's vendor code: views across resources, imports, files, plans, sums, searches. */
export const operations: Operations = {
  ...agents,
  ...runs,
  ...evaluations,
  ...assistants,
  ...alerts,
  ...bankAssistant,
  ...contents,
  ...embeddings,
  ...exports,
  ...emailDomains,
  ...governance,
  ...mail,
  ...knowledge,
  ...memory,
  ...migrations,
  ...models,
  ...plans,
  ...search,
  ...solutions,
  ...sources,
  ...version,
}
