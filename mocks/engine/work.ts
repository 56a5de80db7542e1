import type { BodyCap } from '../behaviour/call.ts'
import type { Answer } from './answer.ts'
import type { Cutting } from './cut.ts'
import type { Pending } from './pending.ts'
import type { Runtime } from './runtime.ts'

/** What serving needs beside the session: the vendors, whether replies are checked, how much of a body is read. */
export interface Engine {
  readonly runtimes: ReadonlyMap<string, Runtime>
  readonly checkReplies: boolean
  readonly maxBody: BodyCap
  /** Of bodies that are parsed as JSON or a form. */
  readonly maxJson: BodyCap
}

/** What the stages came to, and what rules have put on top. */
export interface Work {
  readonly answer: Answer
  readonly by: { readonly stage: string; readonly because: string }
  readonly cutting: Cutting | undefined
  /** What it waits for before there is an answer. */
  readonly pending?: Pending | undefined
  /** ms for which it has waited. */
  readonly waited?: number
  /** The client went away before there was an answer. */
  readonly aborted?: boolean
}
