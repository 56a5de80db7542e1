import type { PageStyle } from '../../model/operation/steps.ts'
import { compileRefusal, type SpecCursor } from '../context.ts'

/** How a list is cut into pages. */
export function compilePage(page: SpecCursor): PageStyle {
  const style = (page.at('style').text() ?? 'page') as PageStyle['style']
  const isToken = style === 'cursor' || style === 'after'
  const foreign = [...(isToken ? ['number', 'offset'] : ['token', 'refuse']), ...(style === 'after' ? [] : ['before'])]
  for (const word of foreign.filter((name) => page.has(name))) {
    const other = word === 'before' ? 'after' : 'cursor'
    const remedy =
      isToken && word !== 'before' ? 'The token belongs in "token".' : `Write "style: ${other}", or leave it out.`
    page.at(word).report('misplaced-keyword', `"${word}" has no meaning for pages in the style "${style}".`, remedy)
  }
  return {
    style,
    in: page.at('in').value === 'body' ? 'body' : 'query',
    start: page.at(isToken ? 'token' : 'number').text() ?? style,
    before: page.at('before').text(),
    offset: page.at('offset').text(),
    size: page.at('size').text() ?? (style === 'page' ? 'per_page' : 'limit'),
    default: page.at('default').value === 'all' ? Infinity : (page.at('default').number() ?? 20),
    max: page.at('max').number() ?? 100,
    refuse: compileRefusal(page.at('refuse')),
  }
}
