/* Vendor code because a workflow is a tree of steps, and its errors are reported with their places. */
import { asText, isRecord, type Item, listOf } from '../../kit.ts'

/** Step types in the vendor's documentation, including the two at which runs wait. */
const STEP_TYPES: ReadonlySet<unknown> = new Set(
  (
    'prompt_call retrieval regex_replace gate retry evaluate_step extract_data extract_content add_chat_turn ' +
    'load_chat_history add_memory search_memory load_memory streaming_result send_email webhook_call ' +
    'write_aws_s3_object call_agent write_metadata write_content_attachment load_content_attachment load_content ' +
    'display_result join merge text for_each if_else switch human_in_the_loop wait'
  ).split(' '),
)

const CHILDLESS = new Set(['display_result', 'join', 'retry', 'streaming_result'])
const RESULTS = new Set(['display_result', 'streaming_result'])
const OF_CONTENT = new Set(['write_metadata', 'write_content_attachment', 'load_content_attachment', 'load_content'])
const STREAMING_TRIGGERS = ['dynamic_input', 'template_input']

/** A step of a definition, with the path by which errors name it. */
export interface Step {
  readonly step: Item
  readonly path: string
  /** The enclosing step: this one is among its children, in its body or in a branch. */
  readonly parent: Step | undefined
  /** Whether it is in a branch: `then_steps`, `else_steps` or a case. */
  readonly isInBranch: boolean
}

/** All steps of a definition, parents first: children, bodies of loops, and branches. */
export function stepsOf(definition: unknown, path = 'agent.definition', parent?: Step): Step[] {
  if (!isRecord(definition)) return []
  const cases = listOf<unknown>(definition, 'cases').map((entry, index) => [entry, `${path}.cases[${index}].`] as const)
  return [
    ...listedSteps(definition, 'body', `${path}.`, parent),
    ...listedSteps(definition, 'then_steps', `${path}.`, parent),
    ...cases.flatMap(([entry, at]) => listedSteps(isRecord(entry) ? entry : {}, 'steps', at, parent)),
    ...listedSteps(definition, 'else_steps', `${path}.`, parent),
    ...listedSteps(definition, 'child_steps', `${path}.`, parent),
  ]
}

/** @param before - the path up to the name */
function listedSteps(holder: Item, name: string, before: string, parent: Step | undefined): Step[] {
  return listOf<unknown>(holder, name).flatMap((entry, index) => {
    // An entry that is not a step has no type, and is refused for that.
    const step: Item = isRecord(entry) ? entry : {}
    const isBranch = name.endsWith('steps') && name !== 'child_steps'
    const own = {
      step,
      path: `${before}${name}[${index}]`,
      parent,
      isInBranch: isBranch || parent?.isInBranch === true,
    }
    return [own, ...stepsOf(step, own.path, own)]
  })
}

/** One error in a definition. */
export interface StepError {
  readonly path: string
  readonly message: string
}

/**
 * The errors that the vendor refuses: unknown types, forbidden children, results within branches, steps that do not fit
 * the trigger, retries without a target, a stream that no prompt feeds.
 *
 * @param trigger - the trigger of the agent; undefined where unknown
 */
export function stepErrors(definition: unknown, trigger?: unknown): StepError[] {
  const steps = stepsOf(definition)
  const streams = steps.filter(({ step }) => step['step_type'] === 'streaming_result')
  return [
    ...steps.flatMap((step) => stepError(step, trigger)),
    ...streams.slice(1).map(({ path }) => ({ path, message: 'An agent has at most one streaming_result step.' })),
  ]
}

function stepError({ step, path, parent, isInBranch }: Step, trigger: unknown): readonly StepError[] {
  const type = asText(step['step_type'])
  const wrong = (field: string, message: string): readonly StepError[] => [{ path: `${path}.${field}`, message }]
  if (!STEP_TYPES.has(type) && !type.startsWith('generate_'))
    return wrong('step_type', `Unknown step type: ${type || 'none'}.`)
  if (CHILDLESS.has(type) && stepsOf(step).length > 0) return wrong('child_steps', `A ${type} step has no children.`)
  if (RESULTS.has(type) && isInBranch) return wrong('step_type', `A ${type} step stands in no branch.`)
  if (type === 'streaming_result' && parent?.step['step_type'] !== 'prompt_call')
    return wrong('step_type', 'A streaming_result step stands right under a prompt_call.')
  if (trigger === undefined || trigger === null) return retryError(step, parent, wrong)
  if (type === 'streaming_result' && !STREAMING_TRIGGERS.includes(asText(trigger)))
    return wrong('step_type', `A streaming_result step needs a trigger of ${STREAMING_TRIGGERS.join(' or ')}.`)
  const isByVersion = type === 'load_content' && typeof step['content_version_id'] === 'string'
  if (OF_CONTENT.has(type) && trigger !== 'new_content' && !isByVersion)
    return wrong('step_type', `A ${type} step needs a trigger of new_content.`)
  return retryError(step, parent, wrong)
}

function retryError(
  step: Item,
  parent: Step | undefined,
  wrong: (field: string, message: string) => readonly StepError[],
): readonly StepError[] {
  if (step['step_type'] !== 'retry') return []
  const { target_step_id: target, max_retries: most } = step
  if (target !== undefined && !isAncestor(parent, target))
    return wrong('target_step_id', `${asText(target)} is not a step around the retry.`)
  const isInRange = most === undefined || (Number.isInteger(most) && Number(most) >= 1 && Number(most) <= 10)
  return isInRange ? [] : wrong('max_retries', 'max_retries has to be from 1 to 10.')
}

function isAncestor(parent: Step | undefined, id: unknown): boolean {
  return parent !== undefined && (parent.step['id'] === id || isAncestor(parent.parent, id))
}

/**
 * Line and column, from 1, of a path in a JSON text written by `JSON.stringify(value, null, 2)`: those of the value, or
 * of its parent where it is missing.
 */
export function placeOf(value: unknown, path: string): { readonly line: number; readonly column: number } {
  const names = path.split(/[.[\]]+/).filter((name) => name !== '')
  let at = { line: 1, column: 1 }
  let here = value
  for (const [depth, name] of names.entries()) {
    if (here === null || typeof here !== 'object' || !Object.hasOwn(here, name)) break
    let line = at.line + 1
    for (const [key, other] of Object.entries(here)) {
      if (key === name) break
      line += JSON.stringify(other, null, 2).split('\n').length
    }
    const indent = 2 * (depth + 1)
    at = { line, column: Array.isArray(here) ? indent + 1 : indent + JSON.stringify(name).length + 3 }
    here = (here as Record<string, unknown>)[name]
  }
  return at
}
