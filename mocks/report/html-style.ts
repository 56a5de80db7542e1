/** The style of the page: light or dark as in the reader's system, and for print. */
export const STYLE = `
:root { color-scheme: light dark; --back: #fbfbfa; --card: #fff; --text: #1d1f23; --faint: #5d6470; --line: #dfe2e6;
  --error: #b3261e; --warning: #8a5a00; --info: #1f5fa8; --good: #1b6e3c; --code: #f0f1f3; }
@media (prefers-color-scheme: dark) { :root { --back: #15171a; --card: #1d2024; --text: #e8eaed; --faint: #a3abb6;
  --line: #343a42; --error: #ff8a80; --warning: #f5c04e; --info: #8ab8f5; --good: #7fd6a0; --code: #2a2e34; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--back); color: var(--text); font: 16px/1.5 system-ui, sans-serif; }
main, header { max-width: 62rem; margin: 0 auto; padding: 0 1.25rem; }
header { padding-top: 2rem; }
h1 { font-size: 1.6rem; margin: 0; }
h2 { font-size: 1.15rem; margin: 2rem 0 .75rem; }
p { margin: .4rem 0; }
.faint, dt { color: var(--faint); }
.skip { position: absolute; left: -99rem; }
.skip:focus { left: 1rem; top: 1rem; background: var(--card); padding: .5rem 1rem; }
:focus-visible { outline: 3px solid var(--info); outline-offset: 2px; border-radius: 4px; }
.verdict { font-size: 1.15rem; font-weight: 600; }
.failed { color: var(--error); }
.passed { color: var(--good); }
.notice { border-left: 4px solid var(--warning); padding: .4rem .8rem; background: var(--card); }
fieldset { border: 0; padding: 0; margin: 1rem 0; display: flex; flex-wrap: wrap; gap: 1.25rem; }
legend { float: left; padding: 0; color: var(--faint); }
label { cursor: pointer; }
.cause { background: var(--card); border: 1px solid var(--line); border-left: 5px solid var(--severity); border-radius: 6px;
  margin: .6rem 0; }
.error { --severity: var(--error); }
.warning { --severity: var(--warning); }
.info { --severity: var(--info); }
summary { cursor: pointer; padding: .6rem .9rem; overflow-wrap: anywhere; }
.severity { color: var(--severity); font-weight: 600; }
.coverage { background: var(--card); border: 1px solid var(--line); border-radius: 6px; margin: .6rem 0; }
td > ul { list-style: none; margin: 0; padding: 0; }
.inside { padding: 0 .9rem .9rem; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .25rem .9rem; margin: .5rem 0; }
dd { margin: 0; overflow-wrap: anywhere; }
code, .exchanges { font: .875em/1.5 ui-monospace, monospace; overflow-wrap: anywhere; }
dd code, li > code { background: var(--code); border-radius: 4px; padding: .1rem .3rem; }
.findings { padding-left: 1.4rem; margin: .5rem 0; }
.findings > li { margin: .5rem 0; overflow-wrap: anywhere; }
.exchanges { list-style: none; padding-left: 0; margin: .3rem 0; }
.exchanges li { border-top: 1px solid var(--line); padding: .25rem 0; }
table { border-collapse: collapse; width: 100%; font-size: .925rem; }
th, td { text-align: left; padding: .3rem .8rem .3rem 0; border-bottom: 1px solid var(--line); overflow-wrap: anywhere; }
th { color: var(--faint); font-weight: 500; }
td.number, th.number { text-align: right; font-variant-numeric: tabular-nums; }
footer { max-width: 62rem; margin: 2rem auto; padding: 0 1.25rem; color: var(--faint); font-size: .875rem; }
body:has(#show-error:not(:checked)) .cause.error, body:has(#show-warning:not(:checked)) .cause.warning,
body:has(#show-info:not(:checked)) .cause.info, body:has(#show-known:not(:checked)) .cause.known { display: none; }
@media print { fieldset, .skip { display: none; } .cause { break-inside: avoid; } }
`
