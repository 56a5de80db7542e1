import type { SpecDocument } from '../model/document.ts'
import { type Cursor, findingsIn } from '../compile/cursor.ts'
import type { Finding, Problem } from '../problems/problem.ts'
import { asRecord } from '../values/is-record.ts'
import { requiredNames } from '../schema/properties.ts'
import type { Vendor } from '../model/vendor.ts'
import { lintBodies } from './bodies.ts'
import { lintCutTexts } from './cut-texts.ts'
import { lintEvents } from './lint-events.ts'
import { lintExamples } from './examples.ts'
import { verbsOf } from './machines.ts'
import { lintRefusals } from './refusals.ts'
import { lintTokens } from './lint-tokens.ts'
import { lintUnread } from './unread.ts'
import { lintValues } from './lint-values.ts'
import { joinNames } from '../problems/count.ts'

export interface LintOptions {
  /** Severity of examples that break their own schema: users cannot fix a vendor's document. */
  readonly examples: Problem['severity']
}

/** Finds what loading does not check: doubtful rules, and errors that need compiled schemas. For `sparring check`. */
export function lintVendor(document: SpecDocument, vendor: Vendor, options: LintOptions): Finding[] {
  return findingsIn(document, (root) => {
    lintVerbs(root, vendor)
    lintEvents(root, vendor)
    lintUnusedLimits(root, vendor)
    lintHiddenKeys(root, vendor)
    lintRefusals(root, vendor)
    lintTokens(root, vendor)
    lintUnread(root)
    lintValues(root, vendor)
    lintCutTexts(root)
    lintBodies(root, vendor)
    lintExamples(root, vendor.schemas, options.examples)
  })
}

/** A verb without an operation is fine where `byHand` lists it: people or other systems may use it. */
function lintVerbs(root: Cursor, vendor: Vendor): void {
  const steps = [...vendor.operations.values()].flatMap(({ job }) => (job?.kind === 'verb' ? [job] : []))
  for (const job of vendor.jobs.values()) {
    const place = root.at('x-mock', 'jobs', job.name)
    const verbs = verbsOf(job)
    const byHand = place.at('byHand')
    for (const verb of byHand.list()) verb.isOneOf(verbs.keys(), 'verb', `a verb of the job "${job.name}"`)
    for (const [verb, [state]] of verbs) {
      if (byHand.texts().includes(verb)) continue
      if (steps.some((step) => step.job.name === job.name && step.verb === verb)) continue
      place
        .at('states', state!, 'on', verb)
        .warn(
          'unbound-verb',
          `No operation does "${verb}", so no request can cause it. A test can, with mock.do('${vendor.name}', id, '${verb}').`,
          `For an operation write its "x-mock: { job: { do: ${verb}, on: ${job.name} } }"; if people do it, name it under "byHand".`,
        )
    }
  }
}

function lintUnusedLimits(root: Cursor, vendor: Vendor): void {
  const passed = new Set([...vendor.operations.values()].flatMap(({ limits }) => limits.map((limit) => limit.name)))
  for (const limit of root.at('x-mock', 'limits').list()) {
    const name = String(limit.at('name').value)
    if (passed.has(name)) continue
    const words = ['on', 'except'].filter((key) => limit.has(key)).map((key) => `"${key}"`)
    const problem = `No operation passes the limit "${name}", so it never refuses.`
    limit.at('name').warn('unused-limit', problem, `Change its ${joinNames(words, 'or')}, or remove it.`)
  }
}

/** Clients find an item again by its key, so answers have to show it. */
function lintHiddenKeys(root: Cursor, vendor: Vendor): void {
  for (const { name, key, schema } of vendor.collections.values()) {
    const properties = Object.keys(asRecord(schema?.['properties']))
    const open = ['allOf', 'anyOf', 'oneOf', 'if', '$ref', 'patternProperties'].some((word) => schema && word in schema)
    if (!schema || open || properties.length === 0) continue
    if (properties.includes(key) || requiredNames(vendor.schemas, schema).includes(key)) continue
    const problem = `"${key}" is the key of ${name} and no property of their schema, so no answer shows it.`
    const place = root.at('x-mock', 'collections', name, 'key')
    place.warn('hidden-key', problem, 'Add it to the schema, or use another key.')
  }
}
