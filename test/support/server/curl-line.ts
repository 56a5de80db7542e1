/**
 * Sends what a line of `curl` says, as a shell would read it.
 *
 * @param port - where to, in place of the port of the line
 */
export async function sendLine(
  line: string,
  port?: number,
): Promise<{ readonly status: number; readonly body: string }> {
  const words = [...line.matchAll(/'((?:[^']|'\\'')*)'|(\S+)/g)].map(
    ([, quoted, plain]) => quoted?.replaceAll(String.raw`'\''`, "'") ?? plain!,
  )
  const after = (flag: string): string[] => words.flatMap((word, index) => (words[index - 1] === flag ? [word] : []))
  const [body] = after('-d')
  const url = words.find((word) => word.startsWith('http://'))!
  const response = await fetch(port === undefined ? url : url.replace(':4010', `:${port}`), {
    method: after('-X')[0] ?? 'GET',
    headers: after('-H').map((header): [string, string] => header.split(/: (.*)/s).slice(0, 2) as [string, string]),
    redirect: 'manual',
    ...(body !== undefined && { body }),
  })
  return { status: response.status, body: await response.text() }
}

/** Whether an answer shows nothing of what its vendor does: no list has an entry, or something was not found. */
export function isEmpty(body: string): boolean {
  if (/"status":"missing"/.test(body)) return true
  if (!/^[[{]/.test(body)) return false
  const value = JSON.parse(body) as object
  const lists = Array.isArray(value) ? [value] : Object.values(value).filter((entry) => Array.isArray(entry))
  return lists.length > 0 && lists.every((entry) => entry.length === 0)
}
