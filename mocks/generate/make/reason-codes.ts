/** Common codes for an invalid value, by the failed keyword; the usual one first. */
const byKeyword: Readonly<Record<string, string>> = {
  required: 'missing required missing_field field_required missing_required_field missing_parameter',
  dependentRequired: 'missing required missing_field',
  additionalProperties: 'extra_forbidden unknown_field unexpected unrecognized_keys unknown_parameter not_allowed',
  unknownQuery: 'unknown_parameter unknown_field unexpected not_allowed',
  type: 'type_error invalid_type wrong_type',
  enum: 'enum invalid_enum_value invalid_choice not_in_list inclusion invalid_value',
  const: 'const invalid_literal invalid_value',
  minimum: 'too_small out_of_range greater_than_equal invalid_value',
  exclusiveMinimum: 'too_small out_of_range greater_than invalid_value',
  maximum: 'too_big too_large out_of_range less_than_equal invalid_value',
  exclusiveMaximum: 'too_big too_large out_of_range less_than invalid_value',
  multipleOf: 'multiple_of not_multiple_of invalid_value',
  minLength: 'too_short string_too_short length',
  maxLength: 'too_long string_too_long length',
  minItems: 'too_short too_few length',
  maxItems: 'too_long too_many length',
  pattern: 'pattern_mismatch string_pattern_mismatch pattern invalid_format format',
  format: 'invalid_format format invalid_string',
  uniqueItems: 'duplicate not_unique unique taken',
}

const ofRequest =
  'invalid_request validation_error validation_failed invalid_request_error invalid_parameter invalid_input ' +
  'invalid_value invalid bad_request invalid_argument invalid_arguments invalid_args invalid_params ' +
  'unprocessable_entity unprocessable_content'

/** Common codes for a refused request, by its status. */
const byStatus: Readonly<Record<number, string>> = {
  400: ofRequest,
  401: 'unauthorized unauthenticated authentication_error invalid_api_key invalid_token authentication_failed authentication',
  402: 'payment_required insufficient_credits insufficient_funds insufficient_balance billing_error quota_exceeded',
  403: 'forbidden permission_denied permission_error access_denied not_allowed insufficient_permissions authorization',
  404: 'not_found not_found_error resource_not_found resource_missing missing',
  405: 'method_not_allowed not_allowed',
  406: 'not_acceptable',
  408: 'request_timeout timeout',
  409: 'conflict already_exists duplicate resource_conflict',
  410: 'gone expired deleted',
  412: 'precondition_failed',
  413: 'payload_too_large content_too_large request_too_large too_large',
  415: `unsupported_media_type invalid_content_type ${ofRequest}`,
  422: ofRequest,
  423: 'locked',
  429: 'rate_limit_exceeded rate_limited too_many_requests rate_limit_error rate_limit quota_exceeded',
  500: 'internal_server_error internal_error server_error api_error internal',
  501: 'not_implemented',
  502: 'bad_gateway upstream_error',
  503: 'service_unavailable unavailable overloaded overloaded_error temporarily_unavailable',
  504: 'gateway_timeout timeout',
}

/** Codes for a status and, for an invalid value, the failed keyword; the best first. */
export function codesFor(status: number, keyword: string | undefined): readonly string[] {
  const own = keyword === undefined ? '' : (byKeyword[keyword] ?? '')
  const ofStatus = byStatus[status] ?? (status >= 500 ? byStatus[500]! : ofRequest)
  return `${own} ${ofStatus}`.trim().split(' ')
}

/** The allowed value nearest to a code; undefined when none is similar. */
export function nearestCode(values: readonly unknown[], codes: readonly string[]): unknown {
  const bare = (value: unknown): string =>
    String(value)
      .toLowerCase()
      .replaceAll(/[^a-z0-9]/g, '')
  const wanted = codes.map(bare)
  const known = values.filter((value) => typeof value === 'string').map((value) => [value, bare(value)] as const)
  for (const code of wanted) {
    const same = known.find(([, text]) => text === code)
    if (same) return same[0]
  }
  for (const code of [...wanted, 'invalid', 'error', 'fail', 'other', 'unknown']) {
    const like = known.find(([, text]) => text.includes(code))
    if (like) return like[0]
  }
  return undefined
}
