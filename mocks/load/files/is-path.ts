/** Whether a word is a file path, not a name of a vendor or scenario. */
export function isPath(word: string): boolean {
  return /\.(?:ya?ml|json)$/.test(word) || word.startsWith('.') || /^(?:[/\\]|[a-z]:[/\\])/i.test(word)
}

/**
 * Advice for a URL given in place of a file path; undefined for any other word.
 *
 * @param what - what was asked for: `a document`
 * @example
 * urlAdvice('https://acme.example/openapi.json', 'a document')
 * //=> 'a document is read from a file: save it first (curl -o openapi.json https://acme.example/openapi.json), and give its path'
 */
export function urlAdvice(word: string, what: string): string | undefined {
  // A Windows drive has one letter.
  if (!/^[a-z][a-z0-9+.-]+:\/\//i.test(word)) return undefined
  const read = `${what} is read from a file`
  if (!/^https?:/i.test(word)) return `${read}: give its path`
  const last = /([^/?#]+)\/*(?:[?#].*)?$/.exec(word)?.[1] ?? ''
  const file = /\.(?:ya?ml|json)$/i.test(last) ? last : 'openapi.yaml'
  return `${read}: save it first (curl -o ${file} ${word}), and give its path`
}
