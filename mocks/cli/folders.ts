import { statSync } from 'node:fs'
import { type Arguments, UsageError } from './arguments.ts'

/** The folders of `--scenarios`; one that is not there is a mistake, never an empty catalogue. */
export function folders(args: Arguments): readonly string[] {
  const given = args.list('scenarios')
  for (const folder of given) {
    if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory())
      throw new UsageError(`${args.source('scenarios')} is "${folder}", and there is no such folder.`)
  }
  return given
}
