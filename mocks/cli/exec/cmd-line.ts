/** Characters that `cmd.exe` interprets, also between words. */
const META = /[()\][%!^"`<>&|;, *?]/g

/**
 * Formats a command as one line for `cmd.exe`, so that the program gets each word unchanged: quotes, spaces, `%PATH%`
 * and `&` are text. Windows has no other way to start scripts such as `npm.cmd`. Follows `CommandLineToArgvW`
 * (learn.microsoft.com/windows/win32/api/shellapi/nf-shellapi-commandlinetoargvw), with `^` before characters that
 * `cmd.exe` interprets.
 *
 * @example
 * cmdLine(['npm', 'test', '--', 'a b'])
 * //=> 'npm test -- ^"a^ b^"'
 */
export function cmdLine([command = '', ...words]: readonly string[]): string {
  return [escapeMeta(command), ...words.map(quoteWord)].join(' ')
}

function quoteWord(word: string): string {
  if (/^[\w@+=:./\\-]+$/.test(word)) return word
  // Backslashes are plain characters, except those before a quote.
  const quoted = word.replaceAll(/(\\*)"/g, String.raw`$1$1\"`).replace(/(\\+)$/, '$1$1')
  return escapeMeta(`"${quoted}"`)
}

function escapeMeta(text: string): string {
  return text.replaceAll(META, '^$&')
}
