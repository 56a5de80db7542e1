/** What a forger without the secret can do to a webhook. */

/** Whether what was played on a delivery has changed it on its way: `tamper body`, `tamper signature`. */
export function isTampering(mishap: string): boolean {
  return mishap.startsWith('tamper')
}

/** A string or a number of a JSON text. */
const SCALARS = /"(?:[^"\\]|\\.)*"|-?\d[\d.eE+-]*/g

/**
 * Another body that is still valid JSON, so that a receiver which checks no signature acts on what the vendor has not said: the last
 * number is a different one, and there is a field that the vendor has not sent.
 */
export function tamperBody(body: string): string {
  const changed = changeLastNumber(body)
  return changed.endsWith('}') ? `${changed.slice(0, -1)}${changed === '{}' ? '' : ','}"tampered":true}` : `${changed} `
}

function changeLastNumber(body: string): string {
  const number = [...body.matchAll(SCALARS)].findLast(([text]) => !text.startsWith('"'))
  if (!number) return body
  const last = number.index + number[0].length - 1
  return `${body.slice(0, last)}${body[last] === '9' ? 8 : Number(body[last]) + 1}${body.slice(last + 1)}`
}

/** Another signature of the same length and letters: its first digit is a different one. */
export function tamperSignature(signature: string): string {
  const place = signature.lastIndexOf('=', signature.length - 3) + 1
  return `${signature.slice(0, place)}${signature[place] === '0' ? '1' : '0'}${signature.slice(place + 1)}`
}
