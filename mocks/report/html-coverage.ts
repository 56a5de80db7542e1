import { type CoveredVendor, coverageLine, coveredVendors } from './coverage-lines.ts'
import { escapeMarkup as text } from './markup.ts'
import type { ReportedCoverage } from './report.ts'

/** The coverage as a part of the page: for each vendor a table, and how to meet the missing answers. */
export function coverageOf(coverage: ReportedCoverage): string {
  const { problem } = coverage
  return `<h2 id="coverage" tabindex="-1">Answers met</h2>
<p>${text(coverageLine(coverage))}</p>
${problem === undefined ? '' : `<p class="notice" role="note">${text(problem)}</p>\n`}${coveredVendors(coverage).map(vendorOf).join('')}`
}

function vendorOf({ vendor, percent, rows, remedies, apart }: CoveredVendor): string {
  const remedyOf = new Map(remedies.flatMap(({ add, gaps }) => gaps.map((gap) => [gap, add] as const)))
  return `<details class="coverage" open>
<summary><strong>${text(vendor)}</strong>, ${percent} %</summary>
<div class="inside">
<table>
<thead><tr><th scope="col">Of</th><th scope="col">Met</th><th scope="col">Missing, and what would meet it</th></tr></thead>
<tbody>
${rows
  .map(({ name, met, missing }) => {
    const gaps = missing.map((cell) => {
      const add = remedyOf.get(`${name} ${cell}`)
      return `<li>${text(cell)}${add === undefined ? '' : `: <code>${text(add)}</code>`}</li>`
    })
    return `<tr><td>${text(name)}</td><td>${text(met.join(', '))}</td><td>${gaps.length === 0 ? '' : `<ul>${gaps.join('')}</ul>`}</td></tr>`
  })
  .join('\n')}
</tbody>
</table>
${apart.map((line) => `<p class="faint">${text(line)}</p>\n`).join('')}</div>
</details>
`
}
