import { parseArgs } from 'node:util'
import { notSwitch, readSwitch } from '../connect/mock/switch.ts'
import { didYouMean, nearest } from '../spec/problems/nearest.ts'
import { quoteForShell } from '../state/printable.ts'
import type { Print } from './print.ts'

/** One option of a command. */
export interface Flag {
  readonly name: string
  /** Name of its value in the help; a switch has none. */
  readonly value?: string
  readonly many?: true
  readonly about: string
  /** Single-letter form: `p` of `-p`. */
  readonly short?: string
  /** Cannot be set by its environment variable, which means something else. */
  readonly optionOnly?: true
}

/** A command as the help shows it, without the code that runs it. */
export interface Command {
  readonly name: string
  /** Its arguments in the help, without options: `VENDOR OPERATION`. */
  readonly words: string
  /** Minimum and maximum number of words. */
  readonly takes: { readonly min: number; readonly max: number }
  readonly about: string
  readonly details: readonly string[]
  readonly flags: readonly Flag[]
  readonly examples: ReadonlyArray<readonly [command: string, about: string]>
  /** Takes a command to run after `--`. */
  readonly takesCommand?: true
  readonly load: () => Promise<{ readonly run: Run }>
}

/** Runs a command; resolves with the exit code. */
export type Run = (args: Arguments, print: Print) => Promise<number>

/** The user's arguments: options, else `SPARRING_*` variables. */
export interface Arguments {
  readonly words: readonly string[]
  /** The words after `--`, for a command that takes one. */
  readonly rest: readonly string[]
  readonly on: (flag: string) => boolean
  /** Whether a switch is on or, by its variable, off; `undefined` if it is not set. */
  readonly isSet: (flag: string) => boolean | undefined
  readonly text: (flag: string) => string | undefined
  readonly list: (flag: string) => readonly string[]
  /** Where the value comes from, for messages: `--port` or `SPARRING_PORT`. */
  readonly source: (flag: string) => string
  readonly number: (flag: string, range?: Range) => number | undefined
}

interface Range {
  readonly min?: number
  readonly max?: number
  readonly whole?: boolean
}

/** Thrown for an invalid command line. */
export class UsageError extends Error {
  override name = 'UsageError' as const
  readonly code = 'usage'
  /** The command whose help explains the error. */
  readonly command: string | undefined

  constructor(message: string, command?: string) {
    super(message)
    this.command = command
  }
}

/**
 * Parses the arguments of a command and the environment variables of its options.
 *
 * @throws {@link UsageError} for an unknown option, a missing or superfluous value, too few or too many words
 */
export function readArguments(command: Command, argv: readonly string[], env: NodeJS.ProcessEnv): Arguments {
  const given = new Map<string, Given>()
  const add = (flag: Flag, source: string, value: string): void => {
    const before = given.get(flag.name)
    if (!before) given.set(flag.name, { source, values: [value] })
    else if (flag.many) before.values.push(value)
    else if (flag.value)
      throw new UsageError(`${source} is given twice, as "${before.values[0]!}" and as "${value}".`, command.name)
  }
  const off = new Set<string>()
  const words: string[] = []
  const end = command.takesCommand ? argv.indexOf('--') : -1
  const own = end < 0 ? argv : argv.slice(0, end)
  if (command.name === 'serve' && argv.includes('--') && argv.at(-1) !== '--') {
    const meant = `sparring exec ${argv.map(quoteForShell).join(' ')}`
    throw new UsageError(`serve runs no command; exec does: ${meant}.`, command.name)
  }
  const options = Object.fromEntries(
    command.flags.map((flag) => [
      flag.name,
      { type: flag.value ? ('string' as const) : ('boolean' as const), ...(flag.short && { short: flag.short }) },
    ]),
  )
  const { tokens } = parseArgs({ args: [...own], options, strict: false, allowPositionals: true, tokens: true })
  for (const token of tokens) {
    if (token.kind === 'positional') words.push(token.value)
    if (token.kind !== 'option') continue
    const flag = command.flags.find(
      (entry) => token.rawName === `--${entry.name}` || token.rawName === `-${entry.short}`,
    )
    if (!flag) {
      const mayBeOfCommand = command.takesCommand === true && end < 0 && words.length > 0
      const remedy = remedyFor(command, token.rawName, mayBeOfCommand)
      throw new UsageError(`"${token.rawName}" is not an option of ${command.name}.${remedy}`, command.name)
    }
    add(flag, `--${flag.name}`, valueOf(command, flag, token))
  }
  for (const flag of command.flags.filter(({ optionOnly }) => !optionOnly)) {
    const variable = variableOf(flag)
    const value = env[variable]
    if (value === undefined || value === '' || given.has(flag.name)) continue
    if (!flag.value) {
      const isOn = readSwitch(value)
      if (isOn === undefined) throw new UsageError(notSwitch(variable, value), command.name)
      if (isOn) add(flag, variable, 'true')
      else off.add(flag.name)
    } else for (const entry of entriesOf(value, flag)) add(flag, variable, entry)
  }
  checkWords(command, words)
  return {
    words,
    rest: end < 0 ? [] : argv.slice(end + 1),
    on: (flag) => given.has(flag),
    isSet: (flag) => (given.has(flag) ? true : off.has(flag) ? false : undefined),
    text: (flag) => given.get(flag)?.values[0],
    list: (flag) => given.get(flag)?.values ?? [],
    source: (flag) => given.get(flag)?.source ?? `--${flag}`,
    number: (flag, range = {}) => {
      const found = given.get(flag)
      return found && toNumber(command, found.source, found.values[0]!, range)
    },
  }
}

/** The values of a variable; a comma at an end, or two in a row, separate nothing. */
function entriesOf(value: string, { many }: Flag): string[] {
  const entries = (many ? value.split(',') : [value]).map((entry) => entry.trim())
  return many ? entries.filter((entry) => entry !== '') : entries
}

/**
 * What to write instead of an unknown option.
 *
 * @param mayBeOfCommand - whether it may be an option of a command that should stand behind `--`
 */
function remedyFor({ name, words, flags }: Command, option: string, mayBeOfCommand: boolean): string {
  const known = flags.map((flag) => `--${flag.name}`)
  if (mayBeOfCommand && nearest(option, known) === undefined)
    return ` If it belongs to a command, put that behind --: sparring ${name} seek -- npm test.`
  const letter = /^-([a-z])$/i.exec(option)?.[1]?.toLowerCase()
  const meant = letter === undefined ? [] : known.filter((flag) => flag.startsWith(`--${letter}`))
  if (meant.length > 0) return ` Write the option in full: ${meant.join(' or ')}.`
  // An option of other programs that is a positional argument here.
  const isWord = /^--(?:vendor|file|from|input|spec|document|operation)s?$/.test(option) && words !== ''
  return isWord ? ` Write it as a word: sparring ${name} ${words}.` : didYouMean(option, known)
}

/** `SPARRING_CHECK_REPLIES` for `check-replies`. */
export function variableOf(flag: Flag): string {
  return `SPARRING_${flag.name.toUpperCase().replaceAll('-', '_')}`
}

/** @throws {@link UsageError} unless the text is a number in the range */
function toNumber(command: Command, source: string, text: string, range: Range): number {
  const number = text.trim() === '' ? Number.NaN : Number(text)
  const { min = -Infinity, max = Infinity, whole = false } = range
  if (Number.isFinite(number) && number >= min && number <= max && (!whole || Number.isInteger(number))) return number
  const bounds = max < Infinity ? ` from ${min} to ${max}` : min > -Infinity ? ` of at least ${min}` : ''
  throw new UsageError(
    `${source} is "${text}" and must be a ${whole ? 'whole number' : 'number'}${bounds}.`,
    command.name,
  )
}

interface Given {
  /** `--port` or `SPARRING_PORT`. */
  readonly source: string
  readonly values: string[]
}

function valueOf(
  command: Command,
  flag: Flag,
  token: { readonly value?: string | undefined; readonly inlineValue?: boolean | undefined },
): string {
  const { value } = token
  if (!flag.value) {
    if (value !== undefined)
      throw new UsageError(`--${flag.name} takes no value, and was given "${value}".`, command.name)
    return 'true'
  }
  // In `--port --json` the value is missing; a negative number is a value.
  const isForgotten = value === undefined || (token.inlineValue !== true && /^-\D/.test(value))
  if (isForgotten) throw new UsageError(`--${flag.name} needs a value: --${flag.name} ${flag.value}.`, command.name)
  return value
}

function checkWords(command: Command, words: readonly string[]): void {
  const { min, max } = command.takes
  if (words.length < min) {
    const missing = command.words.split(' ').slice(words.length, min).join(' and ')
    throw new UsageError(`${command.name} needs ${missing}: sparring ${command.name} ${command.words}.`, command.name)
  }
  if (words.length > max) {
    throw new UsageError(
      `${command.name} takes ${max === 0 ? 'no names' : `at most ${max === 1 ? 'one name' : `${max} names`}`}, and was given ${words.length}: ${words.join(' ')}.`,
      command.name,
    )
  }
}
