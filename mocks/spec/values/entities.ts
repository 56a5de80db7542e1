const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

/** Escapes a text for HTML and XML, including quoted attributes. */
export function withEntities(text: string): string {
  return text.replaceAll(/[&<>"']/g, (char) => ENTITIES[char]!)
}
