import { isFolder, notAFolder } from '../load/files/regular-file.ts'
import { type Arguments, UsageError } from './arguments.ts'

/** The folders of `--scenarios`; a missing folder is an error, not an empty list. */
export function folders(args: Arguments): readonly string[] {
  const given = args.list('scenarios')
  for (const folder of given) {
    if (isFolder(folder)) continue
    const other = notAFolder(folder)
    const what = other === undefined ? 'and there is no such folder' : `which ${other}`
    throw new UsageError(`${args.source('scenarios')} is "${folder}", ${what}.`)
  }
  return given
}
