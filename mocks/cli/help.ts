import { type Command, variableOf } from './arguments.ts'
import { commands } from './commands.ts'
import { columns } from './print.ts'

/** The help of `sparring` itself. */
export function mainHelp(version: string): string {
  return [
    `sparring ${version} - stands in for vendors' HTTP APIs in tests, and plays their bad days on demand`,
    '',
    'Usage: sparring COMMAND [options]',
    '',
    'Commands:',
    ...indent(
      columns([...commands.map((command) => [command.name, command.about]), ['help', 'show the help of a command']]),
    ),
    '',
    'Options:',
    ...indent(
      columns([
        ['--help, -h', 'show help'],
        ['--version, -v', 'show the version'],
      ]),
    ),
    '',
    'Examples:',
    ...indent(columns(commands.map((command) => [...command.examples[0]!]))),
    '',
    'Every option of a command has an environment variable: SPARRING_PORT for --port. Options take precedence.',
    'Exit codes: 0 success, 1 problems found, 2 invalid command line.',
  ].join('\n')
}

/** The help of one command. */
export function commandHelp(command: Command): string {
  const flags = command.flags.map((flag) => [
    `--${flag.name}${flag.value ? ` ${flag.value}` : ''}${flag.short ? `, -${flag.short}` : ''}`,
    flag.about,
  ])
  return [
    `sparring ${command.name} - ${command.about}`,
    '',
    `Usage: sparring ${command.name} ${command.words} [options]`,
    '',
    ...command.details,
    '',
    'Options:',
    ...indent(columns(flags)),
    '',
    'Examples:',
    ...indent(columns(command.examples.map((example) => [...example]))),
    '',
    `Variables: ${command.flags
      .filter((flag) => !flag.optionOnly)
      .map(variableOf)
      .join(', ')}. Options win.`,
  ].join('\n')
}

function indent(lines: readonly string[]): string[] {
  return lines.map((line) => `  ${line}`)
}
