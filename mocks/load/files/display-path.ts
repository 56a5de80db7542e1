import nodePath from 'node:path'

/** The part of `node:path` in use; `path.win32` behaves as on Windows on any machine. */
type Paths = Pick<typeof nodePath, 'relative' | 'sep'>

/**
 * Creates a function that shows paths in messages as a user would type them: relative below the working directory, else
 * absolute. It uses forward slashes on Windows too, so that a file has the same name on all machines.
 *
 * @example
 * createDisplayPath('C:\\acme', path.win32)('C:\\acme\\specs\\openapi.yaml')
 * //=> 'specs/openapi.yaml'
 */
export function createDisplayPath(cwd: string, { relative, sep }: Paths = nodePath): (file: string) => string {
  return (file) => {
    const path = relative(cwd, file)
    const shown = path === '' ? '.' : path === '..' || path.startsWith(`..${sep}`) ? file : path
    return sep === '/' ? shown : shown.replaceAll(sep, '/')
  }
}
