import type { Finding } from '../verdict/finding.ts'
import { isRecord } from '../spec/values/is-record.ts'
import type { ReportedFinding } from './report.ts'

/** The fields that identify a finding across runs. */
export interface KnownFinding {
  readonly code: string
  readonly vendor: string
  readonly operation?: string | undefined
  readonly scope: string
  /** Without numbers and words that contain digits, which differ from run to run. */
  readonly message: string
}

/** A baseline file of known findings. */
interface BaselineFile {
  readonly version: 1
  readonly findings: readonly KnownFinding[]
}

function knownOf({ code, vendor, operation, scope, message }: Finding): KnownFinding {
  return {
    code,
    vendor,
    ...(operation !== undefined && { operation }),
    scope,
    message: message.replaceAll(/[\w.-]*\d[\w-]*(?:\.\d+)*/g, '#'),
  }
}

function keyOf({ code, vendor, operation = '', scope, message }: KnownFinding): string {
  return JSON.stringify([code, vendor, operation, scope, message])
}

/** The text of a baseline file with these findings, in an order that changes little from run to run. */
export function baselineText(findings: readonly Finding[]): string {
  const known = new Map(findings.map(knownOf).map((finding) => [keyOf(finding), finding]))
  const sorted = [...known].sort(([left], [right]) => (left < right ? -1 : 1)).map(([, finding]) => finding)
  const file: BaselineFile = { version: 1, findings: sorted }
  return `${JSON.stringify(file, null, 2)}\n`
}

/**
 * Reads a baseline file.
 *
 * @throws Error that explains the mistake
 */
export function readBaseline(text: string): readonly KnownFinding[] {
  // Editors on Windows begin a file with a byte order mark.
  const data: unknown = JSON.parse(text.replace(/^\uFEFF/, ''))
  if (!isRecord(data) || data['version'] !== 1 || !Array.isArray(data['findings']))
    throw new Error('it must have "version": 1 and a list of "findings"')
  return data['findings'].map((entry: unknown, index) => {
    if (!isRecord(entry)) throw new Error(`/findings/${index} must be an object`)
    for (const name of ['code', 'vendor', 'scope', 'message']) {
      if (typeof entry[name] !== 'string') throw new Error(`/findings/${index}/${name} must be a text`)
    }
    return entry as unknown as KnownFinding
  })
}

/** Marks each finding as known or new, and counts known findings and those that did not occur again. */
export function compareWithBaseline(
  findings: readonly ReportedFinding[],
  baseline: readonly KnownFinding[],
): { readonly findings: readonly ReportedFinding[]; readonly known: number; readonly gone: number } {
  const left = new Set(baseline.map(keyOf))
  const keys = new Set(left)
  const compared = findings.map((finding) => {
    const key = keyOf(knownOf(finding))
    left.delete(key)
    return { ...finding, known: keys.has(key) }
  })
  return { findings: compared, known: compared.filter(({ known }) => known).length, gone: left.size }
}
