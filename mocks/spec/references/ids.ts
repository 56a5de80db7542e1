import type { Source } from '../read/source.ts'

/** placeholder */
export function withPointers(source: Source): Source {
  return source
}
