import type { Operations } from '../behaviour/operations.ts'
import { operations as seal } from './seal/operations.ts'
import { operations as seamless } from './seamless/operations.ts'
import { operations as seclai } from './seclai/operations.ts'
import { operations as sequentum } from './sequentum/operations.ts'

/** Code of the package's own vendors, by name. */
export const builtIn: Readonly<Record<string, Operations | undefined>> = { seal, seamless, seclai, sequentum }
