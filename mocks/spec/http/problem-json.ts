import { statusText } from './status-text.ts'

export const PROBLEM_JSON = 'application/problem+json'

/**
 * A problem (RFC 9457) without a type of its own.
 *
 * @param more - additional members
 */
export function problemJson(status: number, detail: string, more: object = {}): object {
  return { type: 'about:blank', title: statusText(status) ?? 'Error', status, detail, ...more }
}
