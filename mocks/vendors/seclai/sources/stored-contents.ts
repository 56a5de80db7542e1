/* What the contents of a source are at this moment. */
import type { Item, JobView, OperationContext } from '../../kit.ts'

/** Contents of a source that are there, newest first. */
export function contentsOf(context: OperationContext, source: string): JobView[] {
  return context.jobs
    .list('content')
    .filter(({ start, state }) => start['source_connection_id'] === source && state !== 'deleted')
}

/** What a content is made of now. */
export function readContent(context: OperationContext, id: string, item: Item): Item {
  return { ...item, ...context.items.get('replacements', id) }
}
