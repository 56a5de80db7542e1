// @vitest-environment jsdom
import { readFileSync } from 'node:fs'
import { Ajv2020 } from 'ajv/dist/2020.js'
import formats from 'ajv-formats'
import { expect, test } from 'vitest'
import { FORMATS } from '../../mocks/report/formats.ts'
import { terminalLines } from '../../mocks/report/terminal.ts'
import type { Report } from '../../mocks/report/report.ts'
import { coverageReport, coveredReport, sampleReport, sampleRun } from '../support/report/sample-run.ts'

const written = (name: string): string => FORMATS.get(name)!.write(sampleRun)
const quiet = { ...sampleReport, findings: [], exchanges: { judged: 3, notJudged: 0 }, baseline: undefined }

test.each([
  ['text', 'report.txt'],
  ['json', 'report.json'],
  ['junit', 'report.xml'],
  ['ctrf', 'report.ctrf.json'],
  ['html', 'report.html'],
  ['har', 'report.har'],
  ['github', 'report.github.txt'],
])('a report as %s is the text of %s', async (name, file) => {
  await expect(written(name)).toMatchFileSnapshot(`golden/${file}`)
})

/** Formats that show a coverage, and their files. */
const COVERED = [
  ['text', 'txt'],
  ['json', 'json'],
  ['junit', 'xml'],
  ['ctrf', 'ctrf.json'],
  ['html', 'html'],
] as const

test.each(COVERED)('a report with a coverage as %s is the text of covered.%s', async (name, end) => {
  const text = FORMATS.get(name)!.write({ ...sampleRun, report: coveredReport })
  await expect(text).toMatchFileSnapshot(`golden/covered/covered.${end}`)
})

test.each(COVERED)(
  'a coverage alone as %s is the text of coverage.%s, and says nothing of findings',
  async (name, end) => {
    const text = FORMATS.get(name)!.write({ ...sampleRun, report: coverageReport })
    if (name !== 'json') expect(text).not.toMatch(/no findings|>findings|the findings/i)
    await expect(text).toMatchFileSnapshot(`golden/coverage/coverage.${end}`)
  },
)

test('a coverage that is too little fails in JUnit, in CTRF and on the page; one that is enough passes', () => {
  const enough = { ...coverageReport, coverage: { ...coverageReport.coverage!, problem: undefined } }
  const texts = (report: Report) =>
    ['junit', 'ctrf', 'html'].map((name) => FORMATS.get(name)!.write({ ...sampleRun, report }))
  const [junit, ctrf, html] = texts(coverageReport)
  expect(junit).toContain('tests="2" failures="1"')
  expect(ctrf).toContain('"failed": 1')
  expect(html).toContain('<p class="verdict failed">coverage: 3 of 7 answers met (42.8 %)</p>')
  const [good, passed, page] = texts(enough)
  expect(good).toContain('tests="2" failures="0"')
  expect(passed).toContain('"failed": 0')
  expect(page).toContain('<p class="verdict passed">coverage: 3 of 7 answers met (42.8 %)</p>')
})

test('JSON fits its schema', () => {
  const schema = JSON.parse(readFileSync('specs/report.schema.json', 'utf8')) as object
  const ajv = new Ajv2020({ strict: true, allErrors: true })
  formats.default(ajv)
  const validate = ajv.compile(schema)
  for (const report of [sampleReport, quiet, coveredReport, coverageReport]) {
    const text = FORMATS.get('json')!.write({ ...sampleRun, report })
    expect([validate(JSON.parse(text)), validate.errors]).toEqual([true, null])
  }
  expect(validate({ ...sampleReport, failOn: 'sometimes' })).toBe(false)
  expect(validate({ ...sampleReport, coverage: { cells: [] } })).toBe(false)
})

/** What the schemas of JUnit's XML ask of a suite, in Jenkins and in Ant. */
test('JUnit is well-formed, and has the elements, their order and the counts that its schemas ask for', () => {
  const suites = ['sparring seek', 'sparring seal']
  for (const [report, expected] of [
    [sampleReport, suites],
    [quiet, suites],
    [coveredReport, [...suites, 'sparring coverage']],
    [coverageReport, ['sparring coverage']],
  ] as const) {
    const text = FORMATS.get('junit')!.write({ ...sampleRun, report })
    const root = new DOMParser().parseFromString(text, 'application/xml').documentElement
    expect([root.tagName, root.attributes.length]).toEqual(['testsuites', 0])
    expect([...root.children].map((suite) => suite.getAttribute('name'))).toEqual(expected)
    for (const suite of root.children) {
      const names = [...suite.children].map(({ tagName }) => tagName)
      expect(names).toEqual(['properties', ...names.filter((name) => name === 'testcase'), 'system-out', 'system-err'])
      for (const attribute of ['id', 'name', 'package', 'hostname', 'time'])
        expect(suite.getAttribute(attribute), attribute).toMatch(/./)
      expect(suite.getAttribute('timestamp')).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/)
      const cases = [...suite.querySelectorAll('testcase')]
      const count = (selector: string) => String(suite.querySelectorAll(selector).length)
      expect(suite.getAttribute('tests')).toBe(String(cases.length))
      expect(suite.getAttribute('failures')).toBe(count('failure'))
      expect(suite.getAttribute('skipped')).toBe(count('skipped'))
      expect(suite.getAttribute('errors')).toBe('0')
      for (const one of cases) {
        expect(['classname', 'name', 'time'].map((name) => one.hasAttribute(name))).toEqual([true, true, true])
        expect(one.children.length).toBeLessThan(2)
      }
      expect(new Set(cases.map((one) => one.getAttribute('name'))).size).toBe(cases.length)
    }
  }
})

test('CTRF counts its tests by their status', () => {
  const { reportFormat, results } = JSON.parse(written('ctrf')) as {
    readonly reportFormat: string
    readonly results: {
      readonly summary: Readonly<Record<string, number>>
      readonly tests: ReadonlyArray<{ readonly name: string; readonly status: string }>
    }
  }
  expect(reportFormat).toBe('CTRF')
  expect(results.tests.map(({ name, status }) => [name, status])).toEqual([
    ['seek: credits submitJob', 'failed'],
    ['seek: unknown-path', 'failed'],
    ['seek: backoff getMe', 'other'],
    ['seek: retry-after submitJob', 'other'],
    ['seek: retry-storm getMe', 'skipped'],
    ['seal: no findings', 'passed'],
  ])
  const { tests, passed, failed, skipped, other, pending } = results.summary
  expect({ tests, passed, failed, skipped, other, pending }).toEqual({
    tests: 6,
    passed: 1,
    failed: 2,
    skipped: 1,
    other: 2,
    pending: 0,
  })
})

test('the page has no script, nothing that loads, and only text where a request has brought in markup', () => {
  const html = FORMATS.get('html')!.write({ ...sampleRun, report: coveredReport })
  const page = new DOMParser().parseFromString(html, 'text/html')
  expect(page.querySelectorAll('script, img, svg, iframe, link, object, embed, form')).toHaveLength(0)
  const attributes = [...page.querySelectorAll('*')].flatMap((element) => [...element.attributes])
  expect(attributes.filter(({ name }) => /^(?:on|src|style)/.test(name))).toEqual([])
  expect(attributes.filter(({ name }) => name === 'href').map(({ value }) => value)).toEqual(['#findings'])
  expect(page.querySelector('meta[http-equiv]')!.getAttribute('content')).toBe(
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'",
  )
  expect(page.body.textContent).toContain(`GET /v1/"><script>alert('1')</script>&amp;]]>%0A::error::x was sent`)
})

test('the page can be read by keyboard: causes open and close by themselves, boxes have labels, a link skips to the findings', () => {
  const page = new DOMParser().parseFromString(written('html'), 'text/html')
  const causes = [...page.querySelectorAll('details')]
  expect(causes.map((cause) => [cause.className, cause.open])).toEqual([
    ['cause error', true],
    ['cause error', true],
    ['cause warning', false],
    ['cause info', false],
    ['cause error known', false],
  ])
  expect(causes.every((cause) => cause.firstElementChild!.tagName === 'SUMMARY')).toBe(true)
  expect([...page.querySelectorAll('input')].map((box) => box.closest('label')!.textContent.trim())).toEqual([
    'error',
    'warning',
    'info',
    'known by the baseline',
  ])
  expect(page.querySelector('.skip')!.getAttribute('href')).toBe('#findings')
})

test('a run without findings says so in each format', () => {
  const texts = Object.fromEntries(
    [...FORMATS].map(([name, { write }]) => [name, write({ ...sampleRun, report: quiet })] as const),
  )
  expect(texts['text']).toBe('no findings\n')
  expect(texts['github']).toBe('')
  expect(texts['html']).toContain('<p class="verdict passed">No findings</p>')
  expect(texts['junit']).toContain('<testcase classname="sparring.seek" name="no findings" time="0"/>')
})

test('a terminal that takes colours sees severities in colour, and labels fainter', () => {
  const lines = terminalLines(sampleReport, (style, text) => `<${style}>${text}</${style}>`)
  expect(lines[0]).toBe(
    '<red>error credits (seek, buys in the morning):</red> submitJob asked for credits 3 times more.',
  )
  expect(lines[1]).toBe('<dim>  exchanges:</dim> #3, #4, #5')
  expect(lines.at(-1)).toBe('<bold>new findings: 3 errors, 1 warning, 1 for information</bold>')
})
