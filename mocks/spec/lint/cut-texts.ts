import type { Cursor } from '../compile/cursor.ts'
import { formatPointer } from '../references/pointer.ts'
import { walkObjects } from '../references/ref-walk.ts'

const TEXT = /^(?:description|summary|title)$/

/** Keywords of OpenAPI and its schemas; one without a value was probably intended. */
const KEYWORDS = new Set(
  (
    'openapi info servers paths webhooks components security tags externalDocs jsonSchemaDialect title summary description ' +
    'termsOfService contact license version name url email identifier variables enum default get put post delete options ' +
    'head patch trace query additionalOperations parameters operationId requestBody responses callbacks deprecated in required ' +
    'allowEmptyValue style explode allowReserved schema example examples content encoding itemSchema itemEncoding ' +
    'prefixEncoding contentType headers links value dataValue serializedValue externalValue operationRef server parent kind ' +
    'propertyName mapping defaultMapping namespace prefix attribute wrapped nodeType type scheme bearerFormat flows implicit ' +
    'password clientCredentials authorizationCode deviceAuthorization openIdConnectUrl authorizationUrl tokenUrl refreshUrl ' +
    'deviceAuthorizationUrl scopes oauth2MetadataUrl schemas securitySchemes requestBodies pathItems mediaTypes multipleOf ' +
    'maximum exclusiveMaximum minimum exclusiveMinimum maxLength minLength pattern maxItems minItems uniqueItems maxContains ' +
    'minContains maxProperties minProperties dependentRequired const allOf anyOf oneOf not if then else dependentSchemas ' +
    'dependencies prefixItems items contains properties patternProperties additionalProperties additionalItems propertyNames ' +
    'unevaluatedItems unevaluatedProperties format contentEncoding contentMediaType contentSchema definitions nullable ' +
    'readOnly writeOnly discriminator xml comment id'
  ).split(' '),
)

/** Maps whose entries may lack a value, or that another check reports. */
const NAMES = /^(?:scopes|security|mapping|dependentRequired)$/

/**
 * Warns of texts that a comma splits. In `{ description: The first, the best }` YAML reads a text and a key `the best`
 * without a value.
 */
export function lintCutTexts(root: Cursor): void {
  walkObjects(root.value, (node, path) => {
    if (path.slice(-2).some((key) => NAMES.test(key))) return
    let before: string | undefined
    for (const [key, value] of Object.entries(node)) {
      if (value !== null) {
        before = key
        continue
      }
      if (KEYWORDS.has(key) || /^(?:x-|\$)/.test(key)) continue
      const isText = before !== undefined && TEXT.test(before)
      const message = isText
        ? `"${key}" follows the ${before} as a key without a value: a comma has ended the text. Put the whole text in quotes.`
        : `"${key}" is not a keyword of OpenAPI and has no value: a comma in {…} may have ended what stands before it. Put that in quotes.`
      root.context.report({ code: 'cut-text', severity: 'warning', pointer: formatPointer([...path, key]), message })
    }
  })
}
