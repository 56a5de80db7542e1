/** What a forger without the secret can do to a webhook. */

/** Whether what was played on a delivery has changed it on its way: `tamper body`, `tamper signature`. */
export function isTampering(mishap: string): boolean {
  return mishap.startsWith('tamper')
}

/** Another body that is still valid JSON: it has a field that the vendor has not sent. */
export function tamperBody(body: string): string {
  return body.endsWith('}') ? `${body.slice(0, -1)}${body === '{}' ? '' : ','}"tampered":true}` : `${body} `
}

/** Another signature of the same length and letters: its first digit is a different one. */
export function tamperSignature(signature: string): string {
  const place = signature.lastIndexOf('=', signature.length - 3) + 1
  return `${signature.slice(0, place)}${signature[place] === '0' ? '1' : '0'}${signature.slice(place + 1)}`
}
