import nodePath from 'node:path'

/** The part of `node:path` that is needed: `path.win32` is that of Windows on any machine. */
type Paths = Pick<typeof nodePath, 'relative' | 'sep'>

/**
 * Makes what shows paths in messages, as a user would type them: from the working directory where they are below it, else
 * absolute. Slashes lean forward on Windows too, where every program takes them, so that the same file has the same name on all machines.
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
