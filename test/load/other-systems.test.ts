import { readFileSync } from 'node:fs'
import { posix, win32 } from 'node:path'
import { createMock, type InvalidFileError } from 'sparring'
import { expect, test } from 'vitest'
import { createDisplayPath } from '../../mocks/load/files/display-path.ts'
import { isPath, urlAdvice } from '../../mocks/load/files/is-path.ts'
import { nameFrom } from '../../mocks/load/sidecar.ts'
import { bundle } from '../../mocks/spec/read/bundle.ts'
import { parseSource } from '../../mocks/spec/read/source.ts'
import { relativeTo, createResolver } from '../../mocks/spec/references/ref.ts'
import { project } from '../support/data/folder.ts'

/* Windows and macOS: their paths, line ends and names, looked at on any machine. */

test.each([
  ['below the working directory', 'C:\\acme\\specs\\openapi.yaml', 'specs/openapi.yaml'],
  ['the working directory itself', 'C:\\acme', '.'],
  ['beside the working directory', 'C:\\other\\openapi.yaml', 'C:/other/openapi.yaml'],
  ['in a folder whose name begins with two dots', 'C:\\acme\\..specs\\openapi.yaml', '..specs/openapi.yaml'],
  ['on another drive', 'D:\\specs\\openapi.yaml', 'D:/specs/openapi.yaml'],
  ['on a share', '\\\\depot\\specs\\openapi.yaml', '//depot/specs/openapi.yaml'],
  ['under the drive written small', 'c:\\acme\\openapi.yaml', 'openapi.yaml'],
])('a file of Windows %s is shown with forward slashes', (_, file, shown) => {
  expect(createDisplayPath('C:\\acme', win32)(file)).toBe(shown)
})

test('a backslash in a name of macOS or Linux is shown as it is', () => {
  expect(createDisplayPath('/acme', posix)('/acme/a\\b.yaml')).toBe('a\\b.yaml')
})

test.each([
  ['a file beside', 'C:/acme/openapi.yaml', './schemas/job.yaml', 'C:/acme/schemas/job.yaml'],
  ['a file beside, written with backslashes', 'specs\\openapi.yaml', '..\\common\\job.yaml', 'common/job.yaml'],
  ['a file on a share', '//depot/acme/openapi.yaml', 'job.yaml', '//depot/acme/job.yaml'],
  ['a file under a drive', 'openapi.yaml', 'D:\\common\\job.yaml', 'D:\\common\\job.yaml'],
  ['a file under a drive, with slashes', 'openapi.yaml', 'd:/common/job.yaml', 'd:/common/job.yaml'],
  ['a share', 'openapi.yaml', '\\\\depot\\common\\job.yaml', '\\\\depot\\common\\job.yaml'],
  ['the URL of a file under a drive', 'openapi.yaml', 'file:///C:/common/job%20one.yaml', 'C:/common/job one.yaml'],
  ['the URL of a file on a share', 'openapi.yaml', 'file://depot/common/job.yaml', '//depot/common/job.yaml'],
  ['the URL of a file of macOS', 'openapi.yaml', 'file:///Users/ada/job.yaml', '/Users/ada/job.yaml'],
])('a $ref to %s is followed', (_, from, ref, file) => {
  expect(relativeTo(from, ref)).toBe(file)
})

test.each([
  ['C:\\acme\\openapi.yaml', true],
  ['c:/acme/openapi', true],
  ['\\\\depot\\acme\\openapi', true],
  ['.\\acme\\openapi', true],
  ['seek', false],
  ['seek/out-of-credits', false],
])('%s as a word of the command line: a path is %s', (word, is) => {
  expect(isPath(word)).toBe(is)
  expect(urlAdvice(word, 'a document')).toBeUndefined()
})

test('places in a document of several files are shown by the paths that Windows takes', () => {
  const texts: Readonly<Record<string, string>> = {
    'specs/openapi.yaml': 'paths:\r\n  /jobs: { $ref: "paths\\\\jobs.yaml" }\r\n',
    'specs/paths/jobs.yaml': 'get:\r\n  responses:\r\n    "200": { $ref: "..\\\\common.yaml#/nope" }\r\n',
    'specs/common.yaml': 'ok: { description: Fine. }\r\n',
  }
  const display = createDisplayPath('C:\\acme', win32)
  const read = (file: string) =>
    parseSource(texts[display(win32.resolve('C:\\acme', file))]!, display(win32.resolve('C:\\acme', file)))
  const whole = bundle(read('specs\\openapi.yaml'), read)
  expect(whole.files).toEqual(['specs/paths/jobs.yaml', 'specs/common.yaml'])
  const [problem] = createResolver(read).checkAll(read('specs/paths/jobs.yaml'))
  expect(problem).toMatchObject({ file: 'specs/paths/jobs.yaml', line: 3, column: 14 })
})

const acme = (name: string): string => readFileSync(`examples/acme/${name}`, 'utf8')
const labels = (name: string): string => readFileSync(`examples/labels/${name}`, 'utf8')
const windows = (text: string): string => `\uFEFF${text.replaceAll('\n', '\r\n')}`

test('documents, overlays, code and scenarios with the line ends and the mark of Windows say the same', async () => {
  const folder = project({
    'labels/openapi.yaml': windows(labels('openapi.yaml')),
    'labels/labels.mock.overlay.yaml': windows(labels('labels.mock.overlay.yaml')),
    'labels/operations.ts': windows('export const operations = { printLabel: { cost: () => 2 } }\n'),
    'scenarios/labels/poor.yaml': windows(
      'title: Poor\nclient: stops\nvendor: labels\naccounts: { default: { credits: 1 } }\n',
    ),
  })
  const mock = createMock({
    vendors: [`${folder}/labels/openapi.yaml`],
    scenarios: [`${folder}/scenarios`],
    scenario: 'labels/poor',
  })
  const headers = { 'x-key': 'mine', 'content-type': 'application/json' }
  const answer = await mock.fetch('https://api.labels.example/labels', {
    method: 'POST',
    headers,
    body: '{"to":"Ada"}',
  })
  expect(answer.status).toBe(402)
  mock.close()
})

test('a mistake in a file of Windows is shown at the place where an editor shows it', () => {
  const wrong = acme('openapi.yaml').replace('  limits:', '  limts:')
  const placeOf = (text: string): unknown => {
    const folder = project({ 'acme/openapi.yaml': text })
    try {
      createMock({ vendors: [`${folder}/acme/openapi.yaml`] })
    } catch (error) {
      const [problem] = (error as InvalidFileError).problems
      return { code: problem?.code, line: problem?.line, column: problem?.column }
    }
    return undefined
  }
  expect(placeOf(wrong)).toMatchObject({ code: 'unknown-keyword' })
  expect(placeOf(wrong.replaceAll('\n', '\r\n'))).toEqual(placeOf(wrong))
  expect(placeOf(windows(wrong))).toEqual(placeOf(wrong))
})

test('a scenario of Windows with a mistake names its line', () => {
  const folder = project({
    'scenarios/seek/odd.yaml': windows('title: Odd\nclient: waits\nvendor: seek\nnope: 1\n'),
  })
  expect(() => createMock({ vendors: ['seek'], scenarios: [`${folder}/scenarios`], scenario: 'seek/odd' })).toThrow(
    /odd\.yaml:4:1 error unknown-keyword: "nope"/,
  )
})

test('a document is the same vendor however its name is written', () => {
  expect(['Acme.YAML', 'ACME.json', 'acme.yml'].map(nameFrom)).toEqual(['acme', 'acme', 'acme'])
  const folder = project({
    'Labels.yaml': labels('openapi.yaml'),
    'LABELS.mock.overlay.yaml': labels('labels.mock.overlay.yaml').replace('code: true, ', ''),
  })
  const mock = createMock({ vendors: [`${folder}/Labels.yaml`] })
  expect(mock.vendors).toEqual(['labels'])
  mock.close()
})
