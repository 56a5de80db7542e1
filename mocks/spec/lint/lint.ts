import type { SpecDocument } from '../model/document.ts'
import { escapeSegment } from '../references/pointer.ts'
import { entries, list, record } from '../compile/context.ts'
import { didYouMean } from '../problems/nearest.ts'
import type { Finding, Problem } from '../problems/problem.ts'
import { requiredNames } from '../schema/required.ts'
import type { Job, Vendor } from '../model/vendor.ts'
import { lintBodies } from './bodies.ts'
import { lintEvents } from './lint-events.ts'
import { lintExamples } from './examples.ts'
import { verbsOf } from './machines.ts'
import { lintRefusals } from './refusals.ts'
import { lintTokens } from './lint-tokens.ts'
import { lintUnread } from './unread.ts'
import { joined } from './lint-words.ts'

export interface LintOptions {
  /** How heavily an example weighs that breaks its own schema: a vendor's document is not the user's to mend. */
  readonly examples: Problem['severity']
}

/** All that loading does not look for: what is dubious, and what only schemas can tell. For `sparring check`. */
export function lintVendor(document: SpecDocument, vendor: Vendor, options: LintOptions): Finding[] {
  return [
    ...lintVerbs(document, vendor),
    ...lintEvents(vendor),
    ...lintLimits(document, vendor),
    ...lintKeys(document, vendor),
    ...lintRefusals(document, vendor),
    ...lintTokens(vendor),
    ...lintUnread(document),
    ...lintBodies(vendor),
    ...lintExamples(document, vendor.schemas, options.examples),
  ]
}

/** A verb without an operation is not wrong, since people or other systems may say it; but then the spec tells so. */
function lintVerbs(document: SpecDocument, vendor: Vendor): Finding[] {
  const steps = [...vendor.operations.values()].flatMap(({ job }) => (job?.kind === 'verb' ? [job] : []))
  const jobs = record(record(document['x-mock'])['jobs'])
  const byHand = (job: string): readonly unknown[] => list(record(jobs[job])['byHand'])
  return [...vendor.jobs.values()].flatMap((job) => [
    ...byHand(job.name).flatMap((verb, index) => unknownVerb(job, String(verb), index)),
    ...[...verbsOf(job)]
      .filter(([verb]) => !byHand(job.name).includes(verb))
      .filter(([verb]) => !steps.some((step) => step.job.name === job.name && step.verb === verb))
      .map(([verb, states]) => ({
        code: 'unbound-verb',
        severity: 'warning' as const,
        pointer: `/x-mock/jobs/${escapeSegment(job.name)}/states/${escapeSegment(states[0]!)}/on/${escapeSegment(verb)}`,
        message: `No operation says "${verb}", so no request can: a test does, with mock.do('${vendor.name}', id, '${verb}'). For an operation write its "x-mock: { job: { do: ${verb}, on: ${job.name} } }"; if people say it, name it under "byHand".`,
      })),
  ])
}

function unknownVerb(job: Job, verb: string, index: number): Finding[] {
  const known = [...verbsOf(job).keys()]
  if (known.includes(verb)) return []
  const pointer = `/x-mock/jobs/${escapeSegment(job.name)}/byHand/${index}`
  const message = `"${verb}" is not a verb of the job "${job.name}".${didYouMean(verb, known)}`
  return [{ code: 'unknown-verb', pointer, message }]
}

function lintLimits(document: SpecDocument, vendor: Vendor): Finding[] {
  const passed = new Set([...vendor.operations.values()].flatMap(({ limits }) => limits.map((limit) => limit.name)))
  return list(record(document['x-mock'])['limits']).flatMap((raw, index): Finding[] => {
    const node = record(raw)
    if (passed.has(String(node['name']))) return []
    const words = ['on', 'except'].filter((key) => key in node).map((key) => `"${key}"`)
    return [
      {
        code: 'unused-limit',
        severity: 'warning',
        pointer: `/x-mock/limits/${index}/name`,
        message: `No operation passes the limit "${String(node['name'])}", so it never refuses. Change its ${joined(words, 'or')}, or remove it.`,
      },
    ]
  })
}

/** Clients find an item again by the key they were shown. */
function lintKeys(document: SpecDocument, vendor: Vendor): Finding[] {
  return entries(record(document['x-mock'])['collections']).flatMap(([name]): Finding[] => {
    const collection = vendor.collections.get(name)
    const schema = collection?.schema
    const properties = record(schema?.['properties'])
    const open = ['allOf', 'anyOf', 'oneOf', 'if', '$ref', 'patternProperties'].some((word) => schema && word in schema)
    if (!collection || !schema || open || Object.keys(properties).length === 0) return []
    const { key } = collection
    if (Object.hasOwn(properties, key) || requiredNames(vendor.schemas, schema).includes(key)) return []
    return [
      {
        code: 'hidden-key',
        severity: 'warning',
        pointer: `/x-mock/collections/${escapeSegment(name)}/key`,
        message: `"${key}" is the key of ${name} and no property of their schema, so no answer shows it. Add it to the schema, or take another key.`,
      },
    ]
  })
}
