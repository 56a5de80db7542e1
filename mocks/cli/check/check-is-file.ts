import { notAFile } from '../../load/files/regular-file.ts'
import { UsageError } from '../arguments.ts'

/**
 * Nothing is read from a folder, a device, a socket or a FIFO, and nothing is written there. What is not there yet passes.
 *
 * @param source - where the path was given: `--from`
 * @throws {@link UsageError}
 */
export function checkIsFile(source: string, path: string, command: string): void {
  const other = notAFile(path)
  if (other !== undefined) throw new UsageError(`${source} is "${path}", which ${other}.`, command)
}
