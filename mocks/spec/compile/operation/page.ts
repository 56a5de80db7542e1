import type { PageStyle } from '../../model/vendor.ts'
import { type Context, record, refusalOf, textOf } from '../context.ts'

/** How a list is cut into pages. */
export function compilePage(context: Context, raw: unknown, pointer: string): PageStyle | undefined {
  if (raw === undefined) return undefined
  const node = record(raw)
  const style = (textOf(node['style']) ?? 'page') as PageStyle['style']
  const foreign = style === 'cursor' ? ['number'] : ['token', 'refuse']
  for (const word of foreign.filter((name) => name in node)) {
    const other = style === 'cursor' ? 'The token stands in "token".' : 'Write "style: cursor", or leave it out.'
    context.report({
      code: 'misplaced-keyword',
      pointer: `${pointer}/${word}`,
      message: `"${word}" says nothing of pages in the style "${style}". ${other}`,
    })
  }
  return {
    style,
    in: node['in'] === 'body' ? 'body' : 'query',
    start: textOf(node[style === 'cursor' ? 'token' : 'number']) ?? style,
    offset: textOf(node['offset']),
    size: textOf(node['size']) ?? (style === 'page' ? 'per_page' : 'limit'),
    default: Number(node['default'] ?? 20),
    max: Number(node['max'] ?? 100),
    refuse: refusalOf(context, node['refuse'], `${pointer}/refuse`),
  }
}
