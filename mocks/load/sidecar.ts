import { existsSync, readdirSync } from 'node:fs'
import { basename, dirname, resolve } from 'node:path'
import { UnknownNameError } from './unknown-name.ts'

/** The overlays to apply to a document: those named, none (`false`), or by default the sidecar beside it. */
export type Overlays = string | readonly string[] | false | undefined

/** The vendor name for a document: the file's name, or its folder's if the file is called `openapi`. */
export function vendorNameOf(file: string): string {
  const name = baseOf(file)
  return nameFrom(name === 'openapi' ? basename(dirname(resolve(file))) : name)
}

/** A vendor name made from a text: lower-case letters, digits and hyphens. */
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

/** The first path at which a document's sidecar is searched, and where `sparring init` writes it. */
export function sidecarOf(file: string): string {
  return resolve(dirname(file), `${vendorNameOf(file)}.mock.overlay.yaml`)
}

/**
 * The sidecar beside a document: `<name>.mock.overlay.yaml`, named after its vendor or its file.
 *
 * @throws {@link UnknownNameError} when there are several, and when it is a link that leads nowhere
 */
export function findSidecar(file: string): string | undefined {
  const names = new Set([vendorNameOf(file), baseOf(file).toLowerCase()])
  const found = readdirSync(dirname(file)).filter((entry) => {
    const name = /^(.+)\.mock\.overlay\.(?:ya?ml|json)$/.exec(entry)?.[1]
    return name !== undefined && names.has(name.toLowerCase())
  })
  if (found.length > 1) {
    throw new UnknownNameError(
      `Failed to choose an overlay for ${basename(file)}: ${found.sort().join(' and ')} are both next to it. Keep one, or name those you mean: vendors: { '${file}': { overlay: [...] } }.`,
    )
  }
  if (found[0] === undefined) return undefined
  const path = resolve(dirname(file), found[0])
  if (!existsSync(path))
    throw new UnknownNameError(`Failed to load the overlay ${found[0]}: it is a link that leads nowhere.`)
  return path
}

function baseOf(file: string): string {
  return basename(file).replace(/\.(?:ya?ml|json)$/, '')
}
