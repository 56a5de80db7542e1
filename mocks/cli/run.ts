import { existsSync } from 'node:fs'
import { isPath } from '../load/files/is-path.ts'
import { packageFile } from '../load/files/package-root.ts'
import { readSwitch } from '../connect/mock/switch.ts'
import { didYouMean } from '../spec/problems/nearest.ts'
import { readArguments, UsageError } from './arguments.ts'
import { commands } from './commands.ts'
import { PROBLEMS, USAGE, WRAPPER_FAILED } from './exit-codes.ts'
import { commandHelp, mainHelp } from './help.ts'
import type { Print } from './print.ts'
import { packageVersion } from '../load/files/package-root.ts'

/** Codes of errors caused by the user; their message is sufficient. */
const EXIT_CODES: Readonly<Record<string, number>> = {
  usage: USAGE,
  'unknown-name': USAGE,
  'invalid-file': PROBLEMS,
  'coverage-file': PROBLEMS,
  'port-in-use': PROBLEMS,
  'port-forbidden': PROBLEMS,
  'unknown-host': PROBLEMS,
  'not-listening': PROBLEMS,
  'token-required': USAGE,
  'control-refused': PROBLEMS,
  'no-server': PROBLEMS,
}

/** Runs a command line; resolves with the exit code and never throws. */
export async function run(argv: readonly string[], env: NodeJS.ProcessEnv, print: Print): Promise<number> {
  try {
    return await dispatch(argv, env, print)
  } catch (error) {
    return fail(error, env, print)
  }
}

async function dispatch(argv: readonly string[], env: NodeJS.ProcessEnv, print: Print): Promise<number> {
  const [name, ...rest] = argv
  if (name === '--version' || name === '-v') {
    print.out(packageVersion())
    return 0
  }
  if (name === undefined || isHelp(name) || (name === 'help' && (rest[0] === undefined || isHelp(rest[0])))) {
    print.out(mainHelp(packageVersion()))
    return 0
  }
  if (name === 'help') {
    print.out(commandHelp(findCommand(rest[0]!)))
    return 0
  }
  const command = findCommand(name)
  if (rest.slice(0, indexOfEnd(rest)).some(isHelp)) {
    print.out(commandHelp(command))
    return 0
  }
  const args = readArguments(command, rest, env)
  return (await command.load()).run(args, print)
}

function findCommand(name: string) {
  const command = commands.find((entry) => entry.name === name)
  if (command) return command
  throw new UsageError(
    `"${name}" is not ${name.startsWith('-') ? 'an option' : 'a command'} of sparring.${remedyFor(name)}`,
  )
}

/** What to write instead of an unknown command. */
function remedyFor(name: string): string {
  const names = [...commands.map((entry) => entry.name), 'help']
  const owner = commands.find(({ flags }) => flags.some((flag) => name === `--${flag.name}`))
  if (owner) return ` Options go after a command: sparring ${owner.name} ${name}.`
  if (name.startsWith('-')) return didYouMean(name, ['--help', '--version'])
  const isVendor = /^[\w-]+$/.test(name) && existsSync(packageFile(`specs/${name}/openapi.yaml`))
  if (isVendor || isPath(name)) return ` Did you mean "sparring serve ${name}"?`
  return didYouMean(name, names)
}

function isHelp(word: string): boolean {
  return word === '--help' || word === '-h'
}

/** Words after `--` are never options. */
function indexOfEnd(words: readonly string[]): number {
  const index = words.indexOf('--')
  return index === -1 ? words.length : index
}

function fail(error: unknown, env: NodeJS.ProcessEnv, print: Print): number {
  const { code, message, stack } = error as { code?: string; message?: string; stack?: string }
  const isDebug = readSwitch(env['SPARRING_DEBUG'] ?? '') === true
  print.err(`${print.paintErr('red', 'sparring:')} ${isDebug ? stack : (message ?? String(error))}`)
  if (error instanceof UsageError) {
    print.err(`Run "sparring help${error.command === undefined ? '' : ` ${error.command}`}" to see the usage.`)
    // Exit codes below 125 belong to the command that exec was to run.
    if (error.command === 'exec') {
      print.err('sparring: exec itself has failed, and the command has not run.')
      return WRAPPER_FAILED
    }
  }
  // Options that the library rejects are the user's mistakes too; any other error may be a bug.
  const isRefused =
    (error instanceof TypeError || error instanceof RangeError) && error.message.startsWith('Failed to ')
  const known = EXIT_CODES[code ?? ''] ?? (isRefused ? USAGE : undefined)
  if (known === undefined && !isDebug) print.err('SPARRING_DEBUG=1 shows where.')
  return known ?? PROBLEMS
}
