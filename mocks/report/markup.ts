import { withEntities } from '../spec/values/entities.ts'

/**
 * Escapes text for HTML and XML 1.0, also in attributes. Removes what XML cannot contain: control characters, lone
 * surrogates.
 */
export function escapeMarkup(text: string): string {
  return withEntities(text).replaceAll(/[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu, '')
}
