/** Whether a word is the path of a file, and no name of a vendor or scenario. */
export function isPath(word: string): boolean {
  return /\.(?:ya?ml|json)$/.test(word) || word.startsWith('.') || /^(?:[/\\]|[a-z]:[/\\])/i.test(word)
}
