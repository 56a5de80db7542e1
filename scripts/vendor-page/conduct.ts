import type { Retry } from '../../mocks/spec/conduct/conduct.ts'
import type { Vendor } from '../../mocks/spec/model/vendor.ts'
import { codes, table } from './markdown.ts'

/** The part of a page on the conduct that the vendor expects of clients. */
export function conductPart({ conduct }: Vendor): string[] {
  if (conduct.statements.size === 0 && conduct.retry.size === 0) return []
  const retries = [...Map.groupBy(conduct.retry, ([, retry]) => retry)].map(
    ([retry, entries]) => `- ${codes(entries.map(([operation]) => operation))}: ${RETRY_WORDS[retry]}`,
  )
  const statements = [...conduct.statements].map(([code, { says, operations, assumed }]) => [
    `\`${code}\``,
    `${says}${operations ? ` (${codes([...operations])})` : ''}`,
    assumed === undefined ? '' : `assumed: ${assumed.replaceAll(/\s+/g, ' ').trim()}`,
  ])
  return [
    '## What it asks of clients',
    'Each statement is listed by the code of the [finding](../findings.md) that rests on it.',
    ...(statements.length > 0 ? [table(['finding', 'what the vendor says', ''], statements)] : []),
    ...(retries.length > 0 ? ['After a failure whose outcome is not known:', retries.join('\n')] : []),
  ]
}

const RETRY_WORDS: Readonly<Record<Retry, string>> = {
  allowed: 'may be sent again',
  'check-first': 'may be sent again after a look at whether it has worked',
  never: 'must not be sent again',
}
