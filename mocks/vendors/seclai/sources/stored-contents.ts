/* The current contents of a source. */
import type { Item, JobView, OperationContext } from '../../kit.ts'

/** Existing contents of a source, newest first. */
export function contentsOf(context: OperationContext, source: string): JobView[] {
  return context.jobs
    .list('content')
    .filter(({ start, state }) => start['source_connection_id'] === source && state !== 'deleted')
}

/** The current fields of a content. */
export function readContent(context: OperationContext, id: string, item: Item): Item {
  return { ...item, ...context.items.get('replacements', id) }
}
