import { expect, test } from 'vitest'
import { cmdLine } from '../../../mocks/cli/exec/cmd-line.ts'
import { wrapperSignals } from '../../../mocks/cli/exec/signals.ts'
import { finished, seen, start } from '../../support/processes/cli.ts'

test.each([
  [['npm', 'test'], 'npm test'],
  [['npm', 'test', '--', '-t', 'waits for 60 s'], 'npm test -- -t ^"waits^ for^ 60^ s^"'],
  [['C:\\Program Files\\nodejs\\node.exe', 'a.mjs'], 'C:\\Program^ Files\\nodejs\\node.exe a.mjs'],
  [['node', '-e', 'if (a && b) log("x")'], 'node -e ^"if^ ^(a^ ^&^&^ b^)^ log^(\\^"x\\^"^)^"'],
  [['echo', '%PATH%'], 'echo ^"^%PATH^%^"'],
  [['tool', 'C:\\with space\\'], 'tool ^"C:\\with^ space\\\\^"'],
  [['tool', 'a\\\\"b'], 'tool ^"a\\\\\\\\\\^"b^"'],
  [['tool', '', '>out'], 'tool ^"^" ^"^>out^"'],
  [['pytest', '--base-url=http://127.0.0.1:4010/seek'], 'pytest --base-url=http://127.0.0.1:4010/seek'],
])('cmd.exe is given %j so that the program gets each word as it is', (command, line) => {
  expect(cmdLine(command)).toBe(line)
  expect(readAsWindows(line)).toEqual(command)
})

/** Reads a line as `cmd.exe` does, which takes `^` away, and then as a program of Windows reads its command line. */
function readAsWindows(line: string): string[] {
  // A space of the command itself is escaped by cmd.exe's sign alone.
  const plain = line.replace(/^(?:\^ |[^ ])+/, (command) => `"${command}"`).replaceAll(/\^(.)/g, '$1')
  const words: string[] = []
  let rest = plain
  while (rest !== '') {
    const [all, word] = /^((?:\\+"|"(?:\\.|[^"\\])*"|[^\s"])+)\s*/.exec(rest)!
    rest = rest.slice(all.length)
    words.push(
      word!
        .replace(/^"(.*)"$/, '$1')
        .replaceAll(/(\\*)\\"/g, (_, slashes: string) => `${slashes.slice(slashes.length / 2)}"`)
        .replace(/(\\+)$/, (slashes) =>
          word!.startsWith('"') && words.length > 0 ? slashes.slice(slashes.length / 2) : slashes,
        ),
    )
  }
  return words
}

test('on Windows the console gives Ctrl+C, Ctrl+Break and its closing to the command itself; elsewhere exec passes signals on', () => {
  expect(wrapperSignals('win32')).toEqual([
    { name: 'SIGINT', isPassed: false },
    { name: 'SIGBREAK', isPassed: false },
    { name: 'SIGHUP', isPassed: false },
    { name: 'SIGTERM', isPassed: true },
  ])
  for (const platform of ['linux', 'darwin'] as const) {
    const passed = wrapperSignals(platform).filter(({ isPassed }) => isPassed)
    expect(passed.map(({ name }) => name)).toEqual(['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT', 'SIGUSR1', 'SIGUSR2'])
  }
})

test('a server whose terminal is closed lets requests in work end, and ends with 0', async () => {
  const child = start(['serve', 'seek', '--port', '0', '--json'])
  const done = finished(child)
  await seen(child.stdout!, '\n')
  child.kill('SIGHUP')
  expect((await done).code).toBe(0)
})
