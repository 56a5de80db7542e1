import type { JsonSchema } from '../grammar/grammar.ts'

/** The grammar of an OpenAPI Overlay 1.0 or 1.1. */
export const OVERLAY_GRAMMAR: JsonSchema = {
  title: 'overlay',
  type: 'object',
  required: ['overlay', 'info', 'actions'],
  properties: {
    overlay: { type: 'string', pattern: '^1\\.[01]\\.\\d+$', 'x-expected': '1.0.0 or 1.1.0', examples: ['1.1.0'] },
    info: {
      title: 'info',
      type: 'object',
      required: ['title', 'version'],
      properties: {
        title: { type: 'string', examples: ['How Acme behaves'] },
        version: { type: 'string', 'x-expected': "a text, like '1'", examples: ['1'] },
        description: { type: 'string' },
      },
      patternProperties: { '^x-': {} },
      additionalProperties: false,
      'x-expected': "a map with a title and a version, like { title: How Acme behaves, version: '1' }",
      examples: [{ title: 'How Acme behaves', version: '1' }],
    },
    extends: { type: 'string', 'x-expected': 'the path of the document, from this file' },
    'x-mock-source': { enum: ['document', 'client', 'assumed'] },
    actions: {
      type: 'array',
      minItems: 1,
      items: {
        title: 'action',
        type: 'object',
        required: ['target'],
        properties: {
          target: { type: 'string', 'x-expected': 'a JSONPath', examples: ["$.paths['/jobs'].post"] },
          description: { type: 'string' },
          update: {},
          copy: { type: 'string', 'x-expected': 'a JSONPath' },
          remove: { type: 'boolean' },
        },
        patternProperties: { '^x-': {} },
        additionalProperties: false,
      },
    },
  },
  patternProperties: { '^x-': {} },
  additionalProperties: false,
}
