import type { Operations } from '../behaviour/operations.ts'
import { operations as seal } from './seal/index.ts'
import { operations as seamless } from './seamless/index.ts'
import { operations as seclai } from './seclai/index.ts'
import { operations as sequentum } from './sequentum/index.ts'

/** Vendor code of this package, by vendor name. */
export const builtIn: Readonly<Record<string, Operations | undefined>> = { seal, seamless, seclai, sequentum }
