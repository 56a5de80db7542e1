import { withEntities } from '../spec/values/entities.ts'

/** Text for HTML and for XML 1.0, also between quotes. What XML cannot hold is left out: control characters, lone surrogates. */
export function escapeMarkup(text: string): string {
  return withEntities(text).replaceAll(/[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu, '')
}
