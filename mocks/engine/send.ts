import type { Begun } from '../behaviour/webhooks/attempts.ts'
import type { Runtime } from './runtime.ts'

/** An attempt that is to be made, once the step is done. */
export interface Send extends Begun {
  readonly runtime: Runtime
}
