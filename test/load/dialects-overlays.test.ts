import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createMock, UnknownNameError } from 'sparring'
import { expect, test } from 'vitest'
import { createLibrary } from '../../mocks/load/library.ts'
import { sparring } from '../support/processes/cli.ts'
import { testFolder } from '../support/mock/spec.ts'
import { LIBRARY, open, copied, problemsOf } from '../support/mock/library.ts'

test('unknown names are reported with the nearest', () => {
  expect(() => createMock({ vendors: { [LIBRARY]: { dialect: 'legacy-envelop' } } })).toThrow(
    new UnknownNameError(
      'Failed to create a mock: "legacy-envelop" is not a dialect of library. Did you mean "legacy-envelope"?',
    ),
  )
  expect(() => createMock({ vendors: { seal: { dialect: 'old' as never } } })).toThrow(
    new UnknownNameError('Failed to create a mock: "old" is not a dialect of seal, which has none.'),
  )
  const file = join(testFolder({ 'old.yaml': 'title: t\nvendor: library\ndialect: 2026-07-02\n' }), 'old.yaml')
  expect(problemsOf(() => createMock({ vendors: [LIBRARY], scenario: file }))).toEqual([
    'old.yaml:3:1 unknown-dialect "2026-07-02" is not a dialect of library. Did you mean "2026-07-01"?',
  ])
  expect(problemsOf(() => createMock({ vendors: [LIBRARY] }).play([], { dialect: 'x' }))).toEqual([
    expect.stringMatching(/unknown-dialect "x" is not a dialect of library\. Known: /),
  ])
})

test.each<[string, (text: string) => string, string[]]>([
  [
    'a default that is none',
    (text) => text.replace("base: '2026-07-01'", "default: '2026-07-01'").replace('match: latest-not-after', ''),
    [
      'library.yaml:7:5 unknown-dialect "2026-07-01" is not a dialect. Did you mean "2026-07-27"? If the document itself is meant, write "base: 2026-07-01".',
    ],
  ],
  [
    'a document without a date among dated ones',
    (text) => text.replace("    base: '2026-07-01'\n", ''),
    [
      'library.yaml:6:3 undated-dialect "base" is not a date, so it cannot be put in order with the others. Give the document a date: base: 2026-07-01.',
    ],
  ],
  [
    'a name given twice',
    (text) => text.replace("base: '2026-07-01'", "base: '2026-07-27'"),
    [
      'library.yaml:7:5 same-dialect "2026-07-27" is both the document itself and an overlay in dialects. Rename one of them.',
    ],
  ],
  [
    'a folder that is not there',
    (text) => text.replace("base: '2026-07-01'", "base: '2026-07-01'\n    folder: dialekts"),
    [
      'library.yaml:8:5 no-dialects There are no dialects in dialekts. Write each as an overlay there: dialekts/<name>.overlay.yaml.',
    ],
  ],
  [
    'an error that is none',
    (text) => text.replace('Unprocessable#version', 'Unprocessable#versions'),
    [
      'library.yaml:10:5 unknown-error "Unprocessable#versions" is not one of components.responses or one of their examples. Did you mean "Unprocessable#version"?',
    ],
  ],
  [
    'a choice that is always the same, one that cannot be known yet, one that cannot be read',
    (text) => text.replace(/select: .*/, "select: [now, '{$request.path.book_id}', '{$job.id}']"),
    [
      'library.yaml:8:14 bad-value "now" is the same for every request. Write what chooses, like \'{$request.header.Version}\'.',
      'library.yaml:8:19 bad-value "{$request.path.book_id}" is not known yet when the dialect is chosen. Of the request, read header or query.',
      'library.yaml:8:46 unknown-root "$job" is not a value that can be read here. Known: $request, $account, $credential, $plan.',
    ],
  ],
  [
    'what becomes of names that nobody gives',
    (text) => text.replace(/ {4}select: .*\n/, ''),
    [
      'library.yaml:8:5 no-select "match" handles a version that a request asks for, and "select" is missing. Say where requests name it: select: [\'{$request.header.Version}\'].',
      'library.yaml:9:5 no-select "refuse" handles a version that a request asks for, and "select" is missing. Say where requests name it: select: [\'{$request.header.Version}\'].',
    ],
  ],
])('mistakes of "dialects" are told with their place: %s', (_, edit, problems) => {
  const file = copied({ 'library.yaml': edit })
  expect(problemsOf(() => createLibrary().vendor(file))).toEqual(problems)
})

test('check reports the mistakes of every overlay, and of its result', async () => {
  const file = copied({
    'dialects/2026-01-15.overlay.yaml': (text) =>
      text
        .replace("$.paths['/books'].post", "$.paths['/book'].post")
        .replace("copy: $.paths['/books']", "copy: $.paths['/boks']"),
    'dialects/2026-07-27.overlay.yaml': (text) =>
      `${text}  - target: $['x-mock'].jobs.loan.states
    update: { lost: { final: true } }
  - target: $['x-mock'].dialects
    update: { default: '2026-07-27' }
`,
    'dialects/legacy-envelope.overlay.yaml': (text) => text.replace('message: Nothing is there. ', 'message: 7 '),
  })
  const { code, out } = await sparring(['check', file])
  expect(code).toBe(1)
  expect(out.replaceAll(/\S*\/sparring-\w+\/(?:dialects\/)?/g, '')).toMatchInlineSnapshot(`
    "2026-01-15.overlay.yaml:7:5 error overlay-target: "$.paths['/boks']" leads nowhere in library.yaml: "$.paths" has no "/boks". Did you mean "$.paths['/books']"?
    2026-01-15.overlay.yaml:8:5 error overlay-target: "$.paths['/books/'].get" leads nowhere in library.yaml: "$.paths['/books/']" has no "get". It is empty.
    2026-01-15.overlay.yaml:10:5 error overlay-target: "$.paths['/books/'].post" leads nowhere in library.yaml: "$.paths['/books/']" has no "post". It is empty.
    2026-07-27.overlay.yaml:34:15 error unreachable-state: No job reaches "lost": jobs begin as "open", and no "then", "or" or "on" leads from there to it. Let a state lead to it, or remove it.
    2026-07-27.overlay.yaml:34:15 error dialect-states: The state "lost" is not in the document, and a job is one job in all dialects. Keep its states, and change how they are shown under "item".
    2026-07-27.overlay.yaml:36:15 error dialect-of-dialect: The document says how a dialect is chosen. A dialect cannot change its "default".
    legacy-envelope.overlay.yaml:15:15 warning example-misfit: This example breaks its own schema: message must be a string. Fix one of them.

    1 spec, 3 overlays, 0 scenarios: 6 errors, 1 warning.
    "
  `)
  const alone = await sparring(['check', file.replace('library.yaml', 'dialects/2026-01-15.overlay.yaml')])
  expect(alone.out).toBe(out)
})

const SHOUTING = `overlay: 1.1.0
info: { title: Shouts, version: '1' }
extends: 2026-07-27.overlay.yaml
actions: [{ target: $.info, update: { title: LIBRARY } }]
`

test('a dialect may build on another one', async () => {
  const document = copied()
  writeFileSync(join(document, '../dialects/shouting.overlay.yaml'), SHOUTING)
  const { keys } = open({ vendors: { [document]: { dialect: 'shouting' } } })
  const { keys: keysBelow } = open()
  expect(await keys('/books')).toEqual(await keysBelow('/books', '2026-07-27'))
  const library = createLibrary({})
  const shouting = library.vendor(document).dialects!.vendor('shouting')
  expect(shouting.title).toBe('LIBRARY')
})

test('dialects that build on each other are refused, with the place', () => {
  const document = copied()
  writeFileSync(join(document, '../dialects/shouting.overlay.yaml'), SHOUTING.replace('2026-07-27', 'loud'))
  writeFileSync(join(document, '../dialects/loud.overlay.yaml'), SHOUTING.replace('2026-07-27', 'shouting'))
  expect(problemsOf(() => createLibrary({}).vendor(document).dialects!.vendor('loud'))).toEqual([
    'shouting.overlay.yaml:3:1 overlay-extends "loud.overlay.yaml" extends itself. Let one of these overlays extend the document.',
  ])
})
