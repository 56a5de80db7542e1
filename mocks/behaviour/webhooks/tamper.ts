/** Changes to a webhook that a forger without the secret can make. */

/** Whether something played on a delivery has changed its content: `tamper body`, `tamper signature`. */
export function isTampering(mishap: string): boolean {
  return mishap.startsWith('tamper')
}

/** A string or a number of a JSON text. */
const SCALARS = /"(?:[^"\\]|\\.)*"|-?\d[\d.eE+-]*/g

/**
 * Changes the body and keeps it valid JSON, so that a receiver without a signature check acts on false data: the last
 * number is different, and there is an additional field.
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

/** A signature with the same length and alphabet: only its first digit is different. */
export function tamperSignature(signature: string): string {
  const place = signature.lastIndexOf('=', signature.length - 3) + 1
  return `${signature.slice(0, place)}${signature[place] === '0' ? '1' : '0'}${signature.slice(place + 1)}`
}
