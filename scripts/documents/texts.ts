import fc from 'fast-check'
import type { Raw } from '../../mocks/spec/values/is-record.ts'

const FORMATS: Readonly<Record<string, string>> = {
  'date-time': '2026-05-06T07:08:09Z',
  date: '2026-05-06',
  time: '07:08:09Z',
  duration: 'P1D',
  email: 'ada@parcels.example',
  'idn-email': 'ada@parcels.example',
  hostname: 'parcels.example',
  'idn-hostname': 'parcels.example',
  ipv4: '192.0.2.1',
  ipv6: '2001:db8::1',
  uri: 'https://parcels.example/a',
  url: 'https://parcels.example/a',
  iri: 'https://parcels.example/a',
  'uri-reference': '/a',
  'iri-reference': '/a',
  'uri-template': '/a/{b}',
  uuid: '3f2b1c0d-9a8e-4f7b-8c6d-5e4f3a2b1c0d',
  byte: 'YWJj',
  base64: 'YWJj',
  'json-pointer': '/a',
  'relative-json-pointer': '1/a',
  regex: '^a$',
  int64: '12',
  int32: '12',
  decimal: '1.5',
}

/** A text by pattern, format and length. */
export function makeText(schema: Raw, attempt: number): string {
  const least = Number(schema['minLength'] ?? 0)
  const most = Number(schema['maxLength'] ?? Infinity)
  const formatted = FORMATS[String(schema['format'])]
  const { pattern } = schema
  if (typeof pattern === 'string' && (formatted === undefined || attempt % 4 < 2))
    return matching(pattern, least, most, attempt) ?? formatted ?? 'abc'
  if (formatted !== undefined) return formatted.padEnd(formatted.length < least ? least : 0, 'a')
  return `abc${attempt > 1 ? attempt : ''}`.padEnd(least, 'a').slice(0, Math.max(most, 0))
}

/** A text that an expression allows, of a length that is asked for. */
function matching(pattern: string, least: number, most: number, seed: number): string | undefined {
  try {
    const texts = fc.sample(fc.stringMatching(new RegExp(pattern, 'u')), { seed, numRuns: 60 })
    const fitting = texts.filter((text) => text.length >= least && text.length <= most)
    return fitting.find((text) => /^[\w.-]+$/.test(text)) ?? fitting.find((text) => text !== '') ?? fitting[0]
  } catch {
    return undefined
  }
}
