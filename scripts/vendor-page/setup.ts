import { stringify } from 'yaml'
import type { Library } from '../../mocks/load/library.ts'
import { asRecord, entriesOf, type Raw } from '../../mocks/scenario/raw.ts'
import type { Collection } from '../../mocks/spec/model/collection.ts'
import type { Job } from '../../mocks/spec/model/job.ts'
import type { Vendor } from '../../mocks/spec/model/vendor.ts'
import { namesOf } from '../names.ts'

type Row = readonly [what: string, about: string, example: string]

/**
 * The settings of a scenario for a vendor: a row each, with an example that can be played unchanged.
 *
 * @param mock - the document's `x-mock`
 */
export function setupRows(library: Library, vendor: Vendor, mock: Raw): Row[] {
  const { limits } = namesOf(library, vendor.name)
  return [
    ...accountRows(mock),
    ...[...vendor.collections.values()].flatMap(collectionRow),
    ...vendor.limits.flatMap(({ name }) => limitRow(name, limits.get(name) ?? [])),
    ...[...vendor.jobs.values()].flatMap(jobRow),
    ...[...vendor.tokens.keys()].map((name) =>
      row(`tokens of \`${name}\``, 'how long they last, and what users grant', {
        tokens: { [name]: { access: { lasts: '1m' } } },
      }),
    ),
    ...[...vendor.webhooks.keys()].map((name) =>
      row(`the webhook \`${name}\``, 'what goes wrong with it', { webhooks: { [name]: { drop: 1 } } }),
    ),
    ...(vendor.dialects?.names ?? [])
      .filter((name) => name !== vendor.dialect)
      .map((name) => row('the dialect', `\`${name}\` in place of \`${vendor.dialect!}\``, { dialect: name })),
  ]
}

function row(what: string, about: string, example: Raw): Row {
  return [what, about, `\`${flow(example)}\``]
}

/** YAML on one line, valid in a scenario. */
function flow(value: Raw): string {
  const text = stringify(value, { collectionStyle: 'flow', lineWidth: 0 }).trim()
  // The outermost map of a file has no braces.
  return text.slice(1, -1).trim()
}

/** Maximum number of characters in a cell. */
const MOST = 60

function isShort(value: unknown): boolean {
  const text = JSON.stringify(value)
  return text !== undefined && text.length <= MOST && !text.includes('{$')
}

function accountRows(mock: Raw): Row[] {
  const settings = asRecord(asRecord(mock['accounts'])['default'])
  const names = Object.keys(settings).filter((name) => !name.startsWith('x-mock'))
  if (names.length === 0) return []
  const shown = names.filter((name) => isShort(settings[name])).slice(0, 4)
  const example = Object.fromEntries(shown.map((name) => [name, settings[name]]))
  return [row('accounts', listed(names), { accounts: { default: example } })]
}

/** A collection that requests read; its own items show the form of an item. */
function collectionRow(collection: Collection): Row[] {
  const [first] = collection.items
  if (collection.job !== undefined || !first) return []
  const [key, item] = first
  const fields = entriesOf(item).filter(([name]) => name !== collection.key)
  const short = fields.filter(([, value]) => value !== null && isShort(value))
  // The owner of an item decides who may see it.
  const shown = short.filter(([name], index) => index < 3 || /(?:Id|_id)$/.test(name))
  const all = [
    ...new Set([...fields.map(([name]) => name), ...Object.keys(asRecord(collection.schema?.['properties']))]),
  ]
  const about = `by ${collection.key}: ${listed(all.filter((name) => name !== collection.key))}`
  return [row(collection.name, about, { data: { [collection.name]: { [newKey(key)]: Object.fromEntries(shown) } } })]
}

/** A key of the same form that no item has. */
function newKey(key: string): string {
  const digits = /\d+$/.exec(key)?.[0]
  if (digits !== undefined) return `${key.slice(0, -digits.length)}${'9'.repeat(digits.length)}`
  return /-[0-9a-f]{12}$/.test(key) ? `${key.slice(0, -1)}9` : `another-${key}`
}

/** @param keywords - the keywords that may be changed */
function limitRow(name: string, keywords: readonly string[]): Row[] {
  const amount = ['limit', 'capacity'].find((keyword) => keywords.includes(keyword))
  return amount === undefined
    ? []
    : [row(`the limit \`${name}\``, listed(keywords), { limits: { [name]: { [amount]: 3 } } })]
}

function jobRow({ name, states }: Job): Row[] {
  const all = [...states.values()]
  const outcomes = [...new Set(all.flatMap(({ or, then }) => [...or, ...(then === undefined ? [] : [then])]))]
  const outcome = all.flatMap(({ or }) => or)[0] ?? outcomes.at(-1)
  if (outcome === undefined) return []
  return [row(`the job \`${name}\``, `outcomes ${listed(outcomes)}`, { jobs: { [name]: { outcome } } })]
}

/** As many names as fit on a line. */
function listed(names: readonly string[]): string {
  const shown = names.slice(0, 12).map((name) => `\`${name}\``)
  return [...shown, ...(names.length > 12 ? [`${names.length - 12} more`] : [])].join(', ')
}
