import { count } from '../spec/problems/count.ts'
import { FINDING_SEVERITIES } from '../verdict/finding.ts'
import { coverageLine } from './coverage-lines.ts'
import { coverageOf } from './html-coverage.ts'
import { STYLE } from './html-style.ts'
import { escapeMarkup as text } from './markup.ts'
import {
  type AnswerCount,
  type Cause,
  causesOf,
  formatCounts,
  type Evidence,
  isFatal,
  isJudged,
  notJudgedLine,
  type Report,
  type ReportedFinding,
  causeSubject,
} from './report.ts'

/** Findings of one cause that the page shows; the JSON report has all. */
const FINDINGS_SHOWN = 100
/** Rows of the table of answers that the page shows. */
const ANSWERS_SHOWN = 100

/**
 * A report as one self-contained page. It has no script, and its Content Security Policy forbids scripts: content from
 * requests is always escaped text.
 */
export function htmlText(report: Report): string {
  const { findings, vendors, answers, exchanges, sparring, at, coverage } = report
  const [first, name] = isJudged(report) ? ['findings', 'the findings'] : ['coverage', 'the coverage']
  const causes = causesOf(findings)
  const notJudged = notJudgedLine(report)
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${PAGE_POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>${text(titleOf(report))}</title>
<style>${STYLE}</style>
</head>
<body>
<a class="skip" href="#${first}">Skip to ${name}</a>
<header>
<h1>${isJudged(report) ? 'What the client did' : 'What the client has met'}</h1>
<p class="verdict ${isFailed(report) ? 'failed' : 'passed'}">${text(titleOf(report))}</p>
<p class="faint">${text(isJudged(report) ? `${count(exchanges.judged, 'exchange')} with ${vendors.join(', ')}, judged at ${at}` : `added up at ${at}`)}</p>
${notJudged === undefined ? '' : `<p class="notice" role="note">${text(notJudged)}</p>\n`}</header>
<main>
${isJudged(report) ? findingsOf(causes, report) : ''}${answersOf(answers)}${coverage ? coverageOf(coverage) : ''}</main>
<footer>Written by sparring ${text(sparring)}. Secrets are masked.</footer>
</body>
</html>
`
}

/** Content Security Policy of the page, also for the response that sends it. */
export const PAGE_POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"

function isFailed({ findings, failOn, coverage }: Report): boolean {
  return coverage?.problem !== undefined || findings.some((finding) => isFatal(finding, failOn))
}

function findingsOf(causes: readonly Cause[], report: Report): string {
  return `<h2 id="findings" tabindex="-1">Findings</h2>
${causes.length === 0 ? '<p>None.</p>' : [filterOf(causes), ...causes.map((cause) => causeOf(cause, report))].join('\n')}
`
}

function titleOf(report: Report): string {
  const { findings, baseline, coverage } = report
  if (coverage && !isJudged(report)) return coverageLine(coverage)
  const fresh = formatCounts(findings.filter(({ known }) => !known))
  const known = baseline && baseline.known > 0 ? `; ${baseline.known} known by the baseline` : ''
  const met = coverage ? `; ${coverage.percent} % of the answers met` : ''
  return `${fresh ?? (baseline ? 'No new findings' : 'No findings')}${known}${met}`
}

/** Checkboxes that hide causes by severity, and known causes. */
function filterOf(causes: readonly Cause[]): string {
  const box = (name: string, label: string): string =>
    `<label><input type="checkbox" id="show-${name}" checked> ${label}</label>`
  const boxes = FINDING_SEVERITIES.filter((severity) => causes.some((cause) => cause.severity === severity)).map(
    (severity) => box(severity, severity),
  )
  if (causes.some(({ known }) => known)) boxes.push(box('known', 'known by the baseline'))
  return `<fieldset><legend>Show</legend>\n${boxes.join('\n')}\n</fieldset>`
}

function causeOf(cause: Cause, { failOn }: Report): string {
  const { code, severity, known, findings } = cause
  const { statement, fix, silence } = findings[0]!
  const more = findings.length - FINDINGS_SHOWN
  return `<details class="cause ${severity}${known ? ' known' : ''}"${isFatal(cause, failOn) ? ' open' : ''}>
<summary><span class="severity">${severity}</span> <strong>${text(code)}</strong> in ${text(causeSubject(cause))}, ${findings.length === 1 ? 'once' : `${findings.length} times`}${known ? ', known by the baseline' : ''}</summary>
<div class="inside">
<dl>
${statement ? `<dt>The vendor</dt><dd>${text(statement.says)}${statement.assumed === undefined ? '' : ` <span class="faint">Assumed: ${text(statement.assumed)}</span>`}</dd>\n` : ''}<dt>Fix</dt><dd>${text(fix)}</dd>
<dt>Silence</dt><dd><code>${text(silence)}</code></dd>
</dl>
<ol class="findings">
${findings
  .slice(0, FINDINGS_SHOWN)
  .map((finding) => findingOf(finding, fix))
  .join('\n')}
</ol>
${more > 0 ? `<p class="faint">And ${more} more, which the JSON report has.</p>\n` : ''}</div>
</details>`
}

/** @param commonFix - the fix shown for the whole cause */
function findingOf(finding: ReportedFinding, commonFix: string): string {
  const { message, scope, session, path, exchanges, evidence, fix } = finding
  const more = exchanges.length - evidence.length
  const where = [
    ...(scope === '' ? [] : [`test: ${scope}`]),
    ...(session === 'default' ? [] : [`session: ${session}`]),
    ...(path === undefined ? [] : [`at ${path}`]),
  ]
  return `<li>${text(message)}${where.length === 0 ? '' : ` <span class="faint">${text(where.join(', '))}</span>`}${fix === commonFix ? '' : `<br>${text(fix)}`}
${evidence.length === 0 ? '' : `<ul class="exchanges">\n${evidence.map(evidenceOf).join('\n')}\n</ul>`}${more > 0 && evidence.length > 0 ? `<span class="faint">and ${count(more, 'more exchange')}</span>` : ''}</li>`
}

function evidenceOf({ number: id, at, request, answer }: Evidence): string {
  return `<li>#${id} <time datetime="${text(at)}">${text(at.slice(11, 23))}</time> ${text(request)}<br>${text(answer)}</li>`
}

function answersOf(answers: readonly AnswerCount[]): string {
  if (answers.length === 0) return ''
  const rows = answers.slice(0, ANSWERS_SHOWN).map(({ vendor, operation, status, fault, stage, refusal, times }) => {
    const answer = [status, fault, refusal].filter((part) => part !== undefined).join(' ')
    const cells = [vendor, operation ?? 'no operation', answer === '' ? 'no answer' : answer, stage]
    return `<tr>${cells.map((cell) => `<td>${text(cell)}</td>`).join('')}<td class="number">${times}</td></tr>`
  })
  const more = answers.length - ANSWERS_SHOWN
  return `<h2>Answers</h2>
<table>
<thead><tr><th scope="col">Vendor</th><th scope="col">Operation</th><th scope="col">Answer</th><th scope="col">Given by</th><th scope="col" class="number">Times</th></tr></thead>
<tbody>
${rows.join('\n')}
</tbody>
</table>
${more > 0 ? `<p class="faint">And ${more} more kinds.</p>\n` : ''}`
}
