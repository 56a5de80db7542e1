import type { Job } from '../../spec/vendor.ts'
import { canonical, hash } from '../../state/hash.ts'
import { table, type Turn } from '../turn.ts'

/** What makes a job like others of its account; undefined where each is one of its own. */
export function likenessOf(turn: Turn, job: Job, input: unknown): string | undefined {
  const { repeat } = job
  if (!repeat) return undefined
  const unless = repeat.unless?.(turn.scope)
  if (unless === true || unless === 'true') return undefined
  return hash(turn.account?.id ?? 'anonymous', canonical(repeat.by ? repeat.by(turn.scope) : input))
}

/** The first job of this likeness. */
export function findFirst(turn: Pick<Turn, 'vendor' | 'tx'>, job: Job, likeness: string): string | undefined {
  return turn.tx.get<string>(table(turn, `firsts/${job.name}`), likeness)
}

export function rememberFirst(turn: Pick<Turn, 'vendor' | 'tx'>, job: Job, likeness: string, id: string): void {
  turn.tx.put(table(turn, `firsts/${job.name}`), likeness, id)
}
