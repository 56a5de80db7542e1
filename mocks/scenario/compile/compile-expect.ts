import {
  EXPECTATIONS,
  type Expectation,
  FINDING_CODES,
  type FindingSetting,
  SEVERITIES,
} from '../../spec/conduct/conduct.ts'
import { compileOperationNames } from './compile-when.ts'
import type { ScenarioCursor } from './context.ts'

/** Compiles the expectations on a client. */
export function compileExpectations(node: ScenarioCursor): readonly Expectation[] {
  const { vendor } = node.context
  return node.list().flatMap((entry) =>
    EXPECTATIONS.flatMap((kind) => {
      const wanted = entry.optional(kind)
      if (!wanted) return []
      const webhook = wanted.optional('webhook')
      webhook?.isOneOf(vendor.webhooks.keys(), 'webhook', `a webhook of ${vendor.name}`)
      return {
        kind,
        operations: compileOperationNames(wanted.at('operation')),
        about: wanted.at('operation').text(),
        status: wanted.at('status').number(),
        played: wanted.at('played').value === true,
        header: wanted.at('header').text()?.toLowerCase(),
        wait: wanted.optional('wait')?.duration(),
        for: wanted.optional('for')?.duration(),
        after: wanted.optional('after')?.duration(),
        times: wanted.at('times').number(),
        webhook: webhook?.text(),
      }
    }),
  )
}

/** Compiles the severities that a scenario gives to findings, by their codes. */
export function compileFindings(node: ScenarioCursor): ReadonlyMap<string, FindingSetting> {
  const settings = new Map<string, FindingSetting>()
  for (const [code, setting] of node.entries()) {
    if (!setting.key.isOneOf(FINDING_CODES, 'finding', 'the code of a finding')) continue
    const word = setting.text() ?? setting.at('severity').text()
    const severity = SEVERITIES.find((known) => known === word)
    if (severity) settings.set(code, { severity, reason: setting.at('reason').text() })
  }
  return settings
}
