import type { JsonSchemaType } from '@modelcontextprotocol/server'

/** A tool for an agent. */
export interface Tool {
  readonly name: string
  readonly title: string
  readonly description: string
  readonly input: JsonSchemaType
  /** Whether it is read-only. */
  readonly readOnly: boolean
  readonly call: (given: ToolArguments) => Promise<unknown>
}

/** Arguments of a call, which the SDK has checked against the schema of its tool. */
export type ToolArguments = Readonly<Record<string, unknown>>
