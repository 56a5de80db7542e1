import { statusText } from './status-text.ts'

export const PROBLEM_JSON = 'application/problem+json'

/**
 * A problem of RFC 9457 whose type says no more than its status.
 *
 * @param more - members of its own
 */
export function problemJson(status: number, detail: string, more: object = {}): object {
  return { type: 'about:blank', title: statusText(status) ?? 'Error', status, detail, ...more }
}
