import { parameterIssues } from '../../behaviour/validate.ts'
import type { Operation } from '../../spec/model/operation/operation.ts'
import type { Vendor } from '../../spec/model/vendor.ts'
import { requestContent } from '../../spec/model/operation/request-content.ts'
import { propertiesOf } from '../../spec/schema/properties.ts'
import type { SchemaIssue } from '../../spec/schema/issue.ts'
import type { SchemaObject } from '../../spec/schema/schema-object.ts'
import { isRecord } from '../../spec/values/is-record.ts'
import type { Scope } from '../../spec/values/value.ts'

/**
 * Finds what could be wrong with a request, for an error that a scenario or a test plays and no request has caused: the
 * first field or parameter that can have an invalid value. If there is none, the issue only says that the request is
 * not valid.
 */
export function likelyIssue(vendor: Vendor, operation: Operation, scope: Scope): SchemaIssue {
  // An error for a body's second schema is about a breach of that schema, and each item may have its own.
  const second = operation.validate.body?.(scope)
  if (isRecord(second)) return bodyIssue(vendor, operation, second) ?? UNKNOWN
  let issue = known.get(operation)
  if (!issue) {
    const documented = operation.body && requestContent(operation.body, undefined).schema
    const ofBody = documented && bodyIssue(vendor, operation, documented)
    issue = ofBody ?? parameterIssue(vendor, operation) ?? UNKNOWN
    known.set(operation, issue)
  }
  return issue
}

const known = new WeakMap<Operation, SchemaIssue>()
const UNKNOWN: SchemaIssue = { keyword: '', path: '', params: {}, message: 'The request is not valid.' }

function bodyIssue({ schemas }: Vendor, { validate }: Operation, schema: SchemaObject): SchemaIssue | undefined {
  const check = schemas.validator(schema, validate.request)
  for (const name of propertiesOf(schemas, schema)) {
    for (const value of WRONG_VALUES) {
      const issue = check({ [name]: value }).find(
        ({ path, keyword }) => (path === `/${name}` || path.startsWith(`/${name}/`)) && keyword !== 'required',
      )
      if (issue) return issue
    }
  }
  return undefined
}

const WRONG_VALUES = [{}, 0.5, '', 'x', false, null]

function parameterIssue(vendor: Vendor, operation: Operation): SchemaIssue | undefined {
  const { parameters } = operation
  const inQuery = parameters.filter(({ in: place }) => place === 'query')
  for (const parameter of [...inQuery, ...parameters.filter((each) => !inQuery.includes(each))]) {
    for (const text of WRONG_TEXTS) {
      const [issue] = parameterIssues(vendor, operation, parameter, text)
      if (issue) return issue
    }
  }
  return undefined
}

const WRONG_TEXTS = ['', 'x', '-1']
