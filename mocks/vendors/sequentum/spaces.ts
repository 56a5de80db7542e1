/* Vendor code because the account lists the spaces that a caller sees, and a space starts all of its agents. */
import { type Item, type OperationContext, type OperationResult, type Refused } from '../kit.ts'
import { type Agent, listAgents, startRun } from './live-agents.ts'

/** Kinds of agents that can be started: files and templates cannot. */
const RUNNABLE = [1, 4]

/** Spaces of the caller; the vendor hides all others. */
export function listSpaces(context: OperationContext): Item[] {
  const own = context.account?.settings['spaces'] as Item | undefined
  return context.items.list('spaces').filter(({ id }) => own === undefined || Object.hasOwn(own, String(id)))
}

export function searchSpace(context: OperationContext): OperationResult | Refused {
  const name = context.query.get('name')!
  const space = listSpaces(context).find((entry) => String(entry['name']).toLowerCase() === name.toLowerCase())
  return space ? { item: space } : context.refuse('NotFound#space', `no space is called "${name}"`)
}

/** Agents of the space, including archived ones. */
export function agentsOfSpace(context: OperationContext): Agent[] {
  return listAgents(context).filter(({ spaceId }) => String(spaceId) === context.params['spaceId'])
}

/** Starts all agents it can. The answer is a 200 and names those that could not be started. */
export function runAll(context: OperationContext): OperationResult {
  const space = context.item('space')!
  const { inputParameters = null } = (context.body ?? {}) as Item
  const input = { parallelism: 1, parallelMaxConcurrency: 1, parallelExport: 'Combined', inputParameters }
  const results = agentsOfSpace(context)
    .filter(({ configType }) => RUNNABLE.includes(configType))
    .map((agent) => {
      const started = startRun(context, agent, input)
      const [runId, errorMessage] = typeof started === 'string' ? [null, started] : [started, null]
      return { agentId: agent.id, agentName: agent.name, success: runId !== null, runId, errorMessage }
    })
  const agentsStarted = results.filter(({ success }) => success).length
  return {
    item: {
      spaceId: space['id'],
      spaceName: space['name'],
      totalAgents: results.length,
      agentsStarted,
      agentsFailed: results.length - agentsStarted,
      results,
    },
  }
}

/** Stores the files of a form by name; a file of the same name is replaced. */
export function uploadInput(context: OperationContext): OperationResult | Refused {
  const files = filesOf(context)
  if (files.length === 0) return context.refuse('BadRequest#field', 'the form has no part "files" with a filename')
  const spaceId = context.params['spaceId']!
  for (const { name, bytes } of files) {
    const id = `${spaceId}/${name}`
    context.items.put('inputFiles', id, { id, spaceId: Number(spaceId), name, size: bytes })
  }
  return {}
}

/** The parts `files` of a form that have a filename. */
function filesOf(context: OperationContext): Array<{ readonly name: string; readonly bytes: number }> {
  return (context.parts ?? []).flatMap(({ name, filename, bytes }) =>
    name === 'files' && filename !== undefined ? [{ name: filename, bytes: bytes.length }] : [],
  )
}
