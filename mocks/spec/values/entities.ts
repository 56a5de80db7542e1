const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

/** A text that ends neither a text nor an attribute in quotes, in HTML and in XML. */
export function withEntities(text: string): string {
  return text.replaceAll(/[&<>"']/g, (char) => ENTITIES[char]!)
}
