import type { Reason, ReasonIssue } from '../../spec/model/reason.ts'
import { snake } from '../words/property-name.ts'

/** A reason, with the issue that the current field describes; undefined for all issues. */
export interface FieldReason extends Reason {
  readonly index: number | undefined
}

/**
 * The purpose of a property in an error: the place of the mistake, its description, its code, the received value, the
 * request and its status.
 */
export type Role =
  | 'where'
  | 'parameter'
  | 'place'
  | 'pointer'
  | 'fragment'
  | 'sentence'
  | 'title'
  | 'code'
  | 'problem'
  | 'status'
  | 'seen'
  | 'path'
  | 'method'
  | 'false'
  | 'true'

/** The role of a property by its name, prefixed with the kind of its object; undefined without a role. */
export function fieldRole(name: string): Role | undefined {
  return roles.get(snake(name.slice(name.lastIndexOf('.') + 1)))
}

const byRole: Readonly<Record<Role, string>> = {
  where:
    'loc field param name_of_field property attribute argument target source parameter_name property_name field_name ' +
    'param_name attribute_name argument_name property_path field_path param_path error_field location',
  parameter: 'parameter',
  place: 'in location_type place_of_field',
  pointer: 'pointer json_pointer instance_path data_path',
  fragment: 'pointer_of_field',
  sentence:
    'msg message detail details reason description error_message error_msg err_msg errmsg error_description error_detail ' +
    'error_details error_reason user_message developer_message message_text explanation issue problem text error summary ' +
    'fault_string faultstring status_message messages diagnostics',
  title: 'title error_title status_text reason_phrase http_status_text',
  code: 'code type error_type error_code err_code kind keyword rule constraint error_name issue_code violation',
  problem: 'problem_type',
  status: 'status status_code http_status http_code http_status_code',
  seen: 'value input rejected_value given received actual provided invalid_value received_value',
  path: 'instance request_path request_uri path',
  method: 'method http_method request_method',
  false: 'success ok succeeded is_success is_ok successful',
  true: 'is_error failed has_error has_errors is_failure',
}

const roles = new Map(
  Object.entries(byRole).flatMap(([role, names]) => names.split(' ').map((name) => [name, role as Role] as const)),
)

/** Whether a list or map of this name has one entry per issue. */
export function listsIssues(name: string): boolean {
  return /^(?:(?:validation|field|form|request|input|sub|inner)_?)?(?:errors?|issues?|problems?|violations?|causes?|failures?|details?|messages?|msgs?)$|^(?:invalid_(?:params?|parameters?|fields?)|(?:error|constraint|field)_(?:details|violations|messages)|errors_(?:list|map|by_field)|reasons)$/.test(
    snake(name),
  )
}

/**
 * The name that determines a property's role among its siblings: `error` is the name of the status beside a `message`,
 * `name` is a field beside a `reason`.
 */
export function nameAmong(name: string, names: readonly string[]): string {
  const has = (...others: readonly string[]): boolean =>
    names.some((other) => other !== name && others.includes(snake(other)))
  switch (name) {
    case 'error':
      if (has('error_description')) return 'error_code'
      return has('message', 'msg', 'detail', 'error_message', 'description') ? 'error_title' : name
    case 'type':
      return has('title') && has('detail', 'status') ? 'problem_type' : name
    case 'name':
      return has('reason', 'message', 'msg', 'error') && !has('id', 'email') ? 'name_of_field' : name
    case 'path':
      // `path` is the request's path, unless a message beside it shows that it is the path of an invalid value.
      return has('status', 'timestamp', 'method') || !has('message', 'msg', 'code', 'reason') ? name : 'field_path'
    case 'pointer':
      // RFC 9457 has a fragment beside its `detail`, JSON:API a plain pointer in its `source`.
      return has('detail') ? 'pointer_of_field' : name
    case 'parameter':
      return has('pointer') ? name : 'param'
    case 'location':
      return has('path', 'param', 'field', 'parameter') ? 'place_of_field' : name
    default:
      return name
  }
}

/** Maximum issues in one answer. */
export const MOST_ISSUES = 20

/** The issue that a field describes: the first where it describes all. */
export function issueOf({ issues, index }: FieldReason): ReasonIssue | undefined {
  return issues[index ?? 0]
}

/** Whether nothing fills this role, so that an optional property is omitted. */
export function isOmitted(role: Role | undefined, fieldReason: FieldReason): boolean {
  const issue = issueOf(fieldReason)
  switch (role) {
    case 'seen':
      return issue?.seen === undefined
    case 'where':
    case 'place':
      return issue === undefined
    case 'pointer':
    case 'fragment':
      return issue?.place !== 'body'
    case 'parameter':
      return issue === undefined || issue.place === 'body'
    default:
      return false
  }
}
