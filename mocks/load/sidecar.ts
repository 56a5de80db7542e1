import { readdirSync } from 'node:fs'
import { basename, dirname, resolve } from 'node:path'
import { UnknownNameError } from './unknown-name.ts'

/** Which overlays are laid over a document: those named, none, or the sidecar beside it when nothing is said. */
export type Overlays = string | readonly string[] | false | undefined

/** Name that a document gives its vendor: its own, or its folder's when it is called `openapi`. */
export function nameOf(file: string): string {
  const name = baseOf(file)
  return nameFrom(name === 'openapi' ? basename(dirname(resolve(file))) : name)
}

/** The name that a text gives a vendor: small letters, digits and hyphens. */
export function nameFrom(text: string): string {
  return (
    text
      .toLowerCase()
      .replace(/\.(?:ya?ml|json)$/, '')
      .replaceAll(/[^a-z0-9-]+/g, '-')
      .replace(/^[^a-z]+/, '')
      .replace(/-+$/, '') || 'vendor'
  )
}

/** Where the sidecar of a document is looked for first, and where `sparring init` writes it. */
export function sidecarOf(file: string): string {
  return resolve(dirname(file), `${nameOf(file)}.mock.overlay.yaml`)
}

/**
 * The sidecar that stands beside a document: `<name>.mock.overlay.yaml` by the name of its vendor or of its file.
 *
 * @throws {@link UnknownNameError} when there are several
 */
export function findSidecar(file: string): string | undefined {
  const names = new Set([nameOf(file), baseOf(file).toLowerCase()])
  const found = readdirSync(dirname(file)).filter((entry) => {
    const name = /^(.+)\.mock\.overlay\.(?:ya?ml|json)$/.exec(entry)?.[1]
    return name !== undefined && names.has(name.toLowerCase())
  })
  if (found.length > 1) {
    throw new UnknownNameError(
      `Failed to choose an overlay for ${basename(file)}: ${found.sort().join(' and ')} are both next to it. Keep one, or name those you mean: vendors: { '${file}': { overlay: [...] } }.`,
    )
  }
  return found[0] === undefined ? undefined : resolve(dirname(file), found[0])
}

function baseOf(file: string): string {
  return basename(file).replace(/\.(?:ya?ml|json)$/, '')
}
