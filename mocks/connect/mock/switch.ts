/**
 * What the text of a variable like `SPARRING_CHECK_REPLIES` turns on or off; undefined for a text that says neither.
 *
 * @param quiet - one more word for off: `silent` of `SPARRING_ASSUMPTIONS`
 * @example
 * readSwitch('1') //=> true
 * readSwitch('off') //=> false
 */
export function readSwitch(text: string, quiet?: string): boolean | undefined {
  if (/^(?:1|true|yes|on)$/i.test(text)) return true
  return /^(?:0|false|no|off)$/i.test(text) || text.toLowerCase() === quiet ? false : undefined
}

/** Turns off what is said of assumptions, and reads better than `0`. */
export const SILENT = 'silent'

/**
 * A switch of the environment; undefined where it is not set.
 *
 * @throws TypeError for a text that says neither on nor off
 */
export function switchOf(env: NodeJS.ProcessEnv, variable: string, quiet?: string): boolean | undefined {
  const text = env[variable]
  if (text === undefined || text === '') return undefined
  const found = readSwitch(text, quiet)
  if (found === undefined) throw new TypeError(`Failed to create a mock: ${notSwitch(variable, text, quiet)}`)
  return found
}

/** Why a text is no switch. */
export function notSwitch(variable: string, text: string, quiet?: string): string {
  return `${variable} is "${text}" and must be ${quiet === undefined ? '1 or 0' : `1, 0 or ${quiet}`}.`
}
