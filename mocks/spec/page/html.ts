import { withEntities } from '../values/entities.ts'

/** Text that is HTML; all other text is escaped when it is inserted. */
export class Html {
  readonly text: string

  constructor(text: string) {
    this.text = text
  }
}

/** A value in a template; a list inserts its entries, and undefined inserts nothing. */
export type Part = Html | string | number | undefined | readonly Part[]

/**
 * HTML from a template: inserted values are escaped, unless they are HTML.
 *
 * @example
 * html`<p title="${'"'}">${'<b>'}</p>`.text
 * //=> '<p title="&quot;">&lt;b&gt;</p>'
 */
export function html(template: TemplateStringsArray, ...parts: readonly Part[]): Html {
  let text = template[0]!
  for (const [index, part] of parts.entries()) text += written(part) + template[index + 1]!
  return new Html(text)
}

function written(part: Part): string {
  if (part === undefined) return ''
  if (part instanceof Html) return part.text
  return typeof part === 'object' ? part.map(written).join('') : escape(String(part))
}

/** Characters that HTML cannot hold are replaced. */
function escape(text: string): string {
  return withEntities(text.toWellFormed().replaceAll('\0', '\ufffd'))
}

/** The anchor of a place in the page: its fragment and id. */
export function anchorOf(kind: string, name: string): string {
  return `${kind}-${encodeURIComponent(name.toWellFormed())}`
}

/** A description: paragraphs, with code in backticks. Other Markdown stays unformatted. */
export function prose(text: unknown): Html[] {
  if (typeof text !== 'string') return []
  return text
    .trim()
    .split(/\n\s*\n/)
    .filter((paragraph) => paragraph !== '')
    .map((paragraph) => html`<p>${inline(paragraph)}</p> `)
}

/** One line of a description. */
export function inline(text: unknown): Part[] {
  if (typeof text !== 'string') return []
  return text.split(/`([^`\n]+)`/).map((piece, index) => (index % 2 === 1 ? html`<code>${piece}</code>` : piece))
}
