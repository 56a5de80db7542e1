import { spendText } from '../budget.ts'
import type { Make } from '../context.ts'
import type { Flat } from '../flat.ts'
import { codesFor, nearestCode } from './reason-codes.ts'
import { issueOf, fieldRole, type Role, type FieldReason } from './reason.ts'

/**
 * Fills a field of an error with the reason, in a form that its schema allows; otherwise the field is generated as
 * usual.
 *
 * @param fits - whether the field's schema allows a value
 */
export function reasoned(make: Make, name: string, flat: Flat, fits: (value: unknown) => boolean): Make {
  // An error that is only a text is its message.
  const role = name === '' ? 'sentence' : fieldRole(name)
  if (role === undefined) return make
  return (context, path, subject) => {
    const { reason } = context
    if (!reason) return make(context, path, subject)
    const value = flat.values ? chosen(flat.values, role, reason) : forms(role, reason, flat).find(fits)
    if (value === undefined) return make(context, path, subject)
    spendText(context.budget, path, typeof value === 'object' ? JSON.stringify(value).length : String(value).length)
    return value
  }
}

/** One of the allowed values, where one of them expresses the reason. */
function chosen(values: readonly unknown[], role: Role, reason: FieldReason): unknown {
  if (values.length < 2) return undefined
  const exact = forms(role, reason, undefined).find((form) => values.includes(form))
  if (exact !== undefined) return exact
  if (role === 'code' || role === 'title' || role === 'sentence' || role === 'problem')
    return nearestCode(values, codesOf(reason))
  return role === 'status' ? nearestCode(values, ['error', 'failed', 'failure', 'fail']) : undefined
}

/** Candidates for a field of a role, the best first. */
function forms(role: Role, reason: FieldReason, flat: Flat | undefined): readonly unknown[] {
  const issue = issueOf(reason)
  switch (role) {
    case 'where':
      if (!issue) return [null, '', []]
      // A text is the field's name; a list is its path.
      return [issue.field, issue.location, issue.location.map(String), [issue.field], ...cut(issue.field, flat)]
    case 'parameter':
      return issue ? [issue.field, issue.location] : [null, '']
    case 'place':
      return issue ? [issue.place, `${issue.place}s`, issue.place.toUpperCase(), 'parameter'] : [null, '']
    case 'pointer':
      return issue ? [issue.pointer, `#${issue.pointer}`] : [null, '']
    case 'fragment':
      return issue ? [`#${issue.pointer}`, issue.pointer] : [null, '']
    case 'sentence': {
      const text = reason.index === undefined ? reason.sentence : (issue?.message ?? reason.sentence)
      return [text, [text], ...cut(text, flat)]
    }
    case 'title':
      return [reason.title, ...cut(reason.title, flat)]
    case 'code': {
      if (flat?.format?.startsWith('uri')) return ['about:blank']
      const codes = codesOf(reason)
      return [codes[0], codes[0]!.toUpperCase(), ...codes, reason.status, String(reason.status)]
    }
    case 'problem':
      return ['about:blank', ...codesOf(reason)]
    case 'status':
      return [reason.status, reason.index === undefined ? 'error' : String(reason.status), String(reason.status)]
    case 'seen': {
      const seen = issue?.seen
      return seen === undefined ? [null, ''] : [seen, typeof seen === 'string' ? seen : JSON.stringify(seen)]
    }
    case 'path':
      return [reason.path]
    case 'method':
      return [reason.method, reason.method.toLowerCase()]
    case 'false':
      return [false, 0, 'false']
    case 'true':
      return [true, 1, 'true']
  }
}

function codesOf(reason: FieldReason): readonly string[] {
  return codesFor(reason.status, reason.index === undefined ? undefined : issueOf(reason)?.keyword)
}

/** The part of a text that fits the length limit. */
function cut(text: string, flat: Flat | undefined): readonly string[] {
  const most = flat?.maxLength ?? Infinity
  return text.length > most && most > 1 ? [`${text.slice(0, most - 1)}…`, text.slice(0, most)] : []
}
