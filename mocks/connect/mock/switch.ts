/**
 * Reads a switch like `SPARRING_CHECK_REPLIES`; undefined for an invalid text.
 *
 * @param quiet - an additional word for off: `silent` of `SPARRING_ASSUMPTIONS`
 * @example
 * readSwitch('1') //=> true
 * readSwitch('off') //=> false
 */
export function readSwitch(text: string, quiet?: string): boolean | undefined {
  if (/^(?:1|true|yes|on)$/i.test(text)) return true
  return /^(?:0|false|no|off)$/i.test(text) || text.toLowerCase() === quiet ? false : undefined
}

/** Turns off messages on assumptions; clearer than `0`. */
export const SILENT = 'silent'

/**
 * Reads a switch from the environment; undefined if it is not set.
 *
 * @throws TypeError for an invalid text
 */
export function switchOf(env: NodeJS.ProcessEnv, variable: string, quiet?: string): boolean | undefined {
  const text = env[variable]
  if (text === undefined || text === '') return undefined
  const found = readSwitch(text, quiet)
  if (found === undefined) throw new TypeError(`Failed to create a mock: ${notSwitch(variable, text, quiet)}`)
  return found
}

/** The message for an invalid text. */
export function notSwitch(variable: string, text: string, quiet?: string): string {
  return `${variable} is "${text}" and must be ${quiet === undefined ? '1 or 0' : `1, 0 or ${quiet}`}.`
}
