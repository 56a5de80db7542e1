/* Vendor code because a session stores its conversation, and creates an agent. */
import { isRefused, type Item, nowOf, type OperationContext, type OperationResult, type Refused } from '../kit.ts'

interface Conversation extends Item {
  readonly messages: readonly string[]
  readonly updated: string
}

/** A follow-up is included in the price of the session, but some balance must be left. */
export function checkFunds(context: OperationContext): Refused | undefined {
  const left = context.ledger.available()
  return left !== null && left <= 0
    ? context.refuse('UnprocessableEntity#credits', 'no credits are left to work on')
    : undefined
}

export function startSession(
  context: OperationContext,
  next: () => OperationResult | Refused,
): OperationResult | Refused {
  const made = next()
  if (!isRefused(made)) say(context, String(made.item?.['sessionId']), (context.body as Item)['prompt'])
  return made
}

export function followUp(context: OperationContext, next: () => OperationResult | Refused): OperationResult | Refused {
  const made = next()
  if (!isRefused(made)) say(context, context.params['sessionId']!, (context.body as Item)['message'])
  return made
}

/** Turns the draft into an agent, under the id that the session has shown from the start. */
export function finishSession(
  context: OperationContext,
  next: () => OperationResult | Refused,
): OperationResult | Refused {
  const made = next()
  if (isRefused(made)) return made
  const sessionId = context.params['sessionId']!
  const { agentName } = context.body as { readonly agentName: string }
  const agentId = saveDraft(context, made.item!, agentName)
  const kept = context.items.get('conversations', sessionId) ?? { messages: [] }
  context.items.put('conversations', sessionId, { ...kept, agentName, updated: nowOf(context) })
  return { item: { success: true, agentId, agentName, error: null } }
}

/** Exists once finish has saved the session. */
export function getConversation(context: OperationContext): OperationResult | Refused {
  const session = context.item('session')!
  if (session['status'] !== 'completed')
    return context.refuse('NotFound#conversation', `the session is ${String(session['status'])}, so nothing is saved`)
  const sessionId = context.params['sessionId']!
  const { messages, updated } = context.items.get('conversations', sessionId) as Conversation
  return {
    item: {
      sessionId,
      configId: session['draftId'],
      status: session['status'],
      totalMessageCount: messages.length,
      lastUserPrompt: messages.at(-1) ?? null,
      messageHistory: JSON.stringify(messages.map((content) => ({ role: 'user', content }))),
      summarizedContext: null,
      updated,
    },
  }
}

/** The name given by finish is in the conversation; the session itself keeps its original one. */
export function showStatus(context: OperationContext, body: unknown): unknown {
  const session = context.item('session')!
  const isSingleShot = context.account?.settings['builder'] === 'single-shot'
  // Without a finish call, the draft of a session becomes an agent as soon as it exists.
  if (isSingleShot && session['agentId'] !== null && !context.items.get('agents', String(session['agentId'])))
    saveDraft(context, session, String(session['agentName']))
  const name = context.items.get('conversations', context.params['sessionId']!)?.['agentName']
  return name === undefined ? body : { ...(body as Item), agentName: name }
}

function saveDraft(context: OperationContext, session: Item, name: string): number {
  const now = nowOf(context)
  const id = Number(session['draftId'])
  context.items.create('agents', {
    id,
    name,
    description: session['prompt'] ?? null,
    spaceId: session['spaceId'] ?? context.account?.settings['defaultSpace'] ?? null,
    startUrl: session['url'] ?? null,
    userId: context.account?.settings['user'] ?? null,
    created: now,
    updated: now,
    versions: [{ userName: null, version: 1, created: now, comments: null, fileSize: 8192 }],
  })
  return id
}

function say(context: OperationContext, sessionId: string, message: unknown): void {
  const before = context.items.get('conversations', sessionId) as Conversation | undefined
  const messages = [...(before?.messages ?? []), ...(typeof message === 'string' ? [message] : [])]
  context.items.put('conversations', sessionId, { messages, updated: nowOf(context) })
}
