/* Vendor code because a source takes defaults from its mode, and shows the changes of its migrations. */
import type { Item, OperationContext, OperationResult, OperationSteps, Refused } from '../../kit.ts'
import { after, bodyOf } from '../../kit.ts'
import { change, checkPayment, givenIn } from '../common.ts'
import { addSource, mediaTypes } from './make-source.ts'
import { migrated } from './migrations.ts'

export const sources: Readonly<Record<string, OperationSteps>> = {
  listSources: listed(),
  listSourcesWithSlash: listed(),
  createSource: { handle: createSource },
  getSource: { body: (context, body) => ({ ...(body as Item), ...migrated(context, context.item('source')!) }) },
  updateSource: { guard: after(checkManaged), handle: updateSource },
}

function createSource(context: OperationContext): OperationResult | Refused {
  return checkPayment(context) ?? { item: addSource(context, givenIn(bodyOf(context))) }
}

function listed(): OperationSteps {
  return {
    validate: after(checkAccount),
    list: (context, next) => next().map((source) => migrated(context, source)),
  }
}

function checkAccount(context: OperationContext): Refused | undefined {
  const asked = context.query.get('account_id')
  const own = context.readAccount('account_id')
  return asked === null || asked === own
    ? undefined
    : context.refuse(
        'UnprocessableEntity#input',
        `account_id is "${asked}", and the caller's account is "${String(own)}"`,
      )
}

/** For a system-managed source, only the retention can be changed. */
function checkManaged(context: OperationContext): Refused | undefined {
  if (context.item('source')!['system_managed'] !== true) return undefined
  const others = Object.keys(givenIn(bodyOf(context))).filter((name) => name !== 'retention_days')
  return others.length === 0 ? undefined : context.refuse('Forbidden#system', `it cannot change ${others.join(', ')}`)
}

/** A retention of -1 changes nothing, null is unlimited. */
function updateSource(context: OperationContext): OperationResult {
  const source = context.item('source')!
  const { retention_days: days, media_types, name = source['name'], polling } = bodyOf(context)
  const { embedding_model } = migrated(context, source)
  const changed = change(context, 'sources', source, {
    name: name ?? source['name'],
    ...(typeof polling === 'string' && { polling }),
    ...(Array.isArray(media_types) && { media_types: mediaTypes(media_types, embedding_model) }),
    ...(days !== undefined && days !== -1 && { retention: days }),
  })
  return { item: migrated(context, changed) }
}
