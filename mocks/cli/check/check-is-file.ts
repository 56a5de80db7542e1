import { notAFile } from '../../load/files/regular-file.ts'
import { UsageError } from '../arguments.ts'

/**
 * Refuses to read from or write to a folder, a device, a socket or a FIFO. Accepts a path that does not exist yet.
 *
 * @param source - the option with the path: `--from`
 * @throws {@link UsageError}
 */
export function checkIsFile(source: string, path: string, command: string): void {
  const other = notAFile(path)
  if (other !== undefined) throw new UsageError(`${source} is "${path}", which ${other}.`, command)
}
