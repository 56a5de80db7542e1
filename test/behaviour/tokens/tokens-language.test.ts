import { createMock, InvalidFileError } from 'sparring'
import { expect, test } from 'vitest'
import { project, sparring } from '../../support/processes/cli.ts'
import { SCENES, scenesWith } from '../../support/mock/tokens.ts'

const slow = { timeout: 120_000 }

/** The messages of a document that does not load. */
function problemsOf(load: () => unknown): string[] {
  try {
    load()
  } catch (error) {
    if (error instanceof InvalidFileError) return error.problems.map(({ pointer, message }) => `${pointer} ${message}`)
    throw error
  }
  return []
}

test.each<[string, object, string[]]>([
  [
    'a grant type that there is not',
    { grants: ['password'] },
    [
      '/x-mock/tokens/oauth/grants/0 "grants[0]" must be authorization_code, refresh_token or client_credentials; got "password".',
    ],
  ],
  [
    'a scope that is not one of them',
    { defaultScopes: ['scenes:raed'] },
    [
      '/x-mock/tokens/oauth/defaultScopes/0 "scenes:raed" is not one of the scopes of "oauth". Did you mean "scenes:read"?',
    ],
  ],
  [
    'an account that there is not',
    { account: 'taem' },
    ['/x-mock/tokens/oauth/account "taem" is not one of the accounts. Did you mean "team"?'],
  ],
])('%s is told with its place', (_, issuer, problems) => {
  expect(problemsOf(() => createMock({ vendors: [scenesWith(issuer)] }))).toEqual(problems)
})

test('tokens of an unknown scheme, and a step without tokens, are reported', () => {
  const file = project({
    'bad.yaml': `
openapi: 3.1.0
info: { title: Bad, version: '1' }
x-mock: { tokens: { ouath: {}, second: {} } }
paths:
  /a: { post: { operationId: a, x-mock: { tokens: { do: exchange } }, responses: { '200': { description: A. } } } }
  /b: { post: { operationId: b, x-mock: { tokens: { do: exchange, of: oath } }, responses: { '200': { description: B. } } } }
components: { securitySchemes: { oauth: { type: oauth2, flows: {} }, second: { type: oauth2, flows: {} } } }
`,
  })
  expect(problemsOf(() => createMock({ vendors: [`${file}/bad.yaml`] }))).toEqual([
    '/x-mock/tokens/ouath "ouath" is not one of components.securitySchemes. Did you mean "oauth"?',
    '/paths/~1b/post/x-mock/tokens/of "oath" is not one of the "tokens" of the document root. Known: second.',
  ])
})

test.each<[object, string]>([
  [{ oath: {} }, '/tokens/oath scenes issues no tokens for "oath". Did you mean "oauth"?'],
  [{ oauth: { scopes: ['x'] } }, '/tokens/oauth/scopes/0 "x" is not one of the scopes of "oauth".'],
  [{ oauth: { account: 'x' } }, '/tokens/oauth/account "x" is not one of the accounts.'],
])('a scenario with %j is told', (tokens, message) => {
  const mock = createMock({ vendors: [SCENES] })
  const [problem] = problemsOf(() => mock.play([], { tokens } as object))
  expect(problem).toContain(message)
})

test(
  'check finds tokens that nobody issues, pages without a redirect, and answers that are not documented',
  slow,
  async () => {
    const cwd = project({
      'bad.yaml': `
openapi: 3.1.0
info: { title: Bad, version: '1' }
x-mock: { vendor: bad, tokens: { oauth: {} } }
paths:
  /go:
    get:
      operationId: go
      x-mock: { tokens: { do: authorize, refuse: { client: Nobody } } }
      responses: { '200': { description: A page. } }
components:
  securitySchemes: { oauth: { type: oauth2, flows: {} } }
  responses: { Nobody: { description: No., x-mock-status: 400 } }
`,
    })
    const { out } = await sparring(['check', 'bad.yaml', '--json'], { cwd })
    const { problems } = JSON.parse(out) as {
      problems: Array<Record<'code' | 'severity' | 'message' | 'pointer', string>>
    }
    expect(
      problems.map(({ severity, code, pointer, message }) => `${severity} ${code} ${pointer}: ${message}`),
    ).toEqual([
      'warning unbound-tokens /x-mock/tokens/oauth: No operation does "exchange" for "oauth". Write at the one that does: x-mock: { tokens: { do: exchange } }.',
      'error undocumented-refusal /paths/~1go/get/x-mock/tokens/refuse/client: go documents no Nobody. It has: 200. Add it to the responses, or name one of these.',
      'error no-redirect /paths/~1go/get/responses: go sends the browser back to the client, and documents no redirect as its normal answer. Add a 302 to its responses, before any 2xx.',
    ])
  },
)

test('vendors shows what the vendor issues, and each step can be tried', slow, async () => {
  const { out } = await sparring(['vendors', SCENES])
  expect(out).toContain(`Tokens (1)
  oauth:
    grants      authorization_code; refresh_token; client_credentials
    last        access for 1h; refresh for 30d, rotating; code for 1m; grant for 90d
    PKCE        S256; plain
    client by   none; body; basic
    clients     app; server; gone
    scopes      scenes:read; scenes:write; offline_access
    operations  authorize authorize; exchange token; register register; revoke revoke
`)
  const tried = await Promise.all(
    ['authorize', 'token', 'register', 'revoke'].map((operation) => sparring(['try', SCENES, operation])),
  )
  expect(tried.map((run) => /=> (\d+) by handle/.exec(run.out)?.[1])).toEqual(['302', '200', '201', '200'])
})
