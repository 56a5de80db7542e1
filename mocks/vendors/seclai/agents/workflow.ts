/* Code since a workflow is a tree of steps, and what is wrong with one is reported with its place. */
import { asText, isRecord, type Item, listOf } from '../../kit.ts'

/** Types of steps that the vendor's documentation names, and the two that runs wait at. */
const STEP_TYPES: ReadonlySet<unknown> = new Set(
  (
    'prompt_call retrieval regex_replace gate retry evaluate_step extract_data extract_content add_chat_turn ' +
    'load_chat_history add_memory search_memory load_memory streaming_result send_email webhook_call ' +
    'write_aws_s3_object call_agent write_metadata write_content_attachment load_content_attachment load_content ' +
    'display_result join merge text for_each if_else switch human_in_the_loop wait'
  ).split(' '),
)

const CHILDLESS = new Set(['display_result', 'join', 'retry', 'streaming_result'])

/** A step of a definition, with the path by which errors name it. */
export interface Step {
  readonly step: Item
  readonly path: string
  readonly parent: Item | undefined
}

/** All steps of a definition, parents first. */
export function stepsOf(definition: unknown, path = 'agent.definition', parent?: Item): Step[] {
  return listOf<unknown>(definition as Item | undefined, 'child_steps').flatMap((entry, index) => {
    // What is no step has no type, and is refused for that.
    const step: Item = isRecord(entry) ? entry : {}
    const own = `${path}.child_steps[${index}]`
    return [{ step, path: own, parent }, ...stepsOf(step, own, step)]
  })
}

/** One thing that is wrong with a definition. */
export interface StepError {
  readonly path: string
  readonly message: string
}

/** What the vendor refuses: unknown types, children where none may be, a stream that no prompt feeds. */
export function errorsOf(definition: unknown): StepError[] {
  const steps = stepsOf(definition)
  const streams = steps.filter(({ step }) => step['step_type'] === 'streaming_result')
  return [
    ...steps.flatMap(({ step, path, parent }): StepError[] => {
      const type = step['step_type']
      if (!STEP_TYPES.has(type))
        return [{ path: `${path}.step_type`, message: `Unknown step type: ${asText(type) || 'none'}.` }]
      if (CHILDLESS.has(asText(type)) && listOf(step, 'child_steps').length > 0)
        return [{ path: `${path}.child_steps`, message: `A ${asText(type)} step has no children.` }]
      if (type === 'streaming_result' && parent?.['step_type'] !== 'prompt_call')
        return [{ path: `${path}.step_type`, message: 'A streaming_result step stands right under a prompt_call.' }]
      return []
    }),
    ...streams.slice(1).map(({ path }) => ({ path, message: 'An agent has at most one streaming_result step.' })),
  ]
}

/**
 * Line and column, from 1, of what a path names in a JSON text as `JSON.stringify(value, null, 2)` writes it: that of the
 * value, or of what holds it where it is missing.
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
