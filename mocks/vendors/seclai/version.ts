/* Vendor code because an answer shows the version in force, which follows from header, pin and default. */
import type { OperationContext, OperationResult, OperationSteps, Refused } from '../kit.ts'
import { after, bodyOf } from '../kit.ts'

export const version: Readonly<Record<string, OperationSteps>> = {
  getApiVersion: { handle: (context) => showVersion(context, context.readAccount('pinned_version')) },
  updateApiVersion: { validate: after(checkVersion), handle: pin },
}

const KNOWN = ['2026-07-01', '2026-07-27']

/** The version at a date: the last one released by then. */
function adopted(date: unknown): string {
  return KNOWN.findLast((known) => typeof date === 'string' && known <= date) ?? KNOWN[0]!
}

function showVersion(context: OperationContext, pinned: unknown): OperationResult {
  const asked = context.headers['seclai-version'] ?? context.readAccount('pinned_version')
  return {
    item: {
      pinned_version: pinned ?? null,
      effective_version: adopted(asked),
      default_version: KNOWN[0],
      latest_version: KNOWN.at(-1),
      known_versions: KNOWN,
    },
  }
}

function checkVersion(context: OperationContext): Refused | undefined {
  const { version: wanted } = bodyOf(context)
  if (wanted === undefined || wanted === null || /^\d{4}-\d{2}-\d{2}$/.test(String(wanted))) return undefined
  return context.refuse('UnprocessableEntity#input', `version is "${String(wanted)}", and must be a date`)
}

/** This request still uses the version that was effective before it. */
function pin(context: OperationContext): OperationResult {
  const pinned = bodyOf(context)['version'] ?? null
  const made = showVersion(context, pinned)
  context.changeAccount({ pinned_version: pinned })
  return made
}
