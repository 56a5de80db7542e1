import type { Operations } from 'sparring/vendor'

/** Every copy of a label costs as much as the first. */
export const operations: Operations = {
  printLabel: {
    cost: (context, next) => next() * ((context.body as { copies?: number }).copies ?? 1),
  },
}
