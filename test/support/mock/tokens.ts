import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Mock, ScenarioChanges } from 'sparring'
import { parse, stringify } from 'yaml'
import { type Answer, frozenMock, read } from './mock.ts'
import { document } from '../server/server.ts'

/** A vendor with all of OAuth 2 that can be played. */
export const SCENES = fileURLToPath(new URL('../../fixtures/tokens/openapi.yaml', import.meta.url))

export type Form = Readonly<Record<string, string>>
type Loose = Readonly<Record<string, string | undefined>>

const API = 'https://api.scenes.example/v1'
const LOGIN = 'https://login.scenes.example/oauth'
const BACK = 'https://app.example/back?from=scenes'

/** The least client of that vendor. */
export function tokenClient({ fetch }: Pick<Mock, 'fetch'>) {
  const authorize = (query: Loose): Promise<Answer> =>
    read(fetch(`${LOGIN}/authorize?${new URLSearchParams(given(query)).toString()}`, { redirect: 'manual' }))
  const post = (where: 'token' | 'revoke', form: Form, headers: Form = {}): Promise<Answer> =>
    read(
      fetch(`${where === 'token' ? LOGIN : API}/${where}`, {
        method: 'POST',
        headers,
        body: new URLSearchParams(form),
      }),
    )
  return {
    authorize,
    post,
    /** From the authorization page to tokens; `between` happens before the code is exchanged. */
    walk: async (asked: Loose, sent: Loose = {}, between?: () => Promise<void>): Promise<Answer> => {
      const back = await authorize({ client_id: 'app', redirect_uri: BACK, ...asked })
      await between?.()
      const code = backOf(back).get('code')!
      return post(
        'token',
        given({ grant_type: 'authorization_code', client_id: 'app', redirect_uri: BACK, code, ...sent }),
      )
    },
    refresh: (tokens: Answer, more: Form = {}): Promise<Answer> => {
      const { refresh_token } = tokens.body as Form
      return post('token', { grant_type: 'refresh_token', client_id: 'app', refresh_token: refresh_token!, ...more })
    },
    list: (tokens: Answer): Promise<Answer> => read(fetch(`${API}/scenes`, bearer(tokens))),
    register: (body: object): Promise<Answer> =>
      read(
        fetch(`${API}/register`, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify(body),
        }),
      ),
  }
}

/** What the browser brings back. */
export function backOf(answer: Answer): URLSearchParams {
  return new URLSearchParams(answer.headers['location']!.split('?').slice(1).join('&'))
}

export function bearer(tokens: Answer): RequestInit {
  return { headers: { authorization: `Bearer ${(tokens.body as Form)['access_token']}` } }
}

/** The same vendor with other rules, and with more that its token answer must have. */
export function scenesWith(issuer: object, required: readonly string[] = []): string {
  const spec = parse(readFileSync(SCENES, 'utf8')) as {
    'x-mock': { tokens: { oauth: Record<string, object> } }
    paths: Record<
      string,
      { post: { responses: Record<string, { content: Record<string, { schema: { required: string[] } }> }> } }
    >
  }
  const { oauth } = spec['x-mock'].tokens
  for (const [name, rules] of Object.entries(issuer) as Array<[string, object]>)
    oauth[name] = typeof rules === 'object' && !Array.isArray(rules) ? { ...oauth[name], ...rules } : rules
  spec.paths['/token']!.post.responses['200']!.content['application/json']!.schema.required.push(...required)
  return document('scenes.yaml', stringify(spec))
}

function given(fields: Loose): Form {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Form
}

/** A mock of it on a clock that stands still, and its client. */
export function scenes(changes?: ScenarioChanges): { mock: Mock } & ReturnType<typeof tokenClient> {
  const mock = frozenMock({ vendors: [SCENES] })
  if (changes) mock.play([], changes)
  return { mock, ...tokenClient(mock) }
}

/** How a code or refresh token is refused. */
export function failure(message: string): object {
  return { status: 400, body: { error: 'invalid_grant', error_description: message } }
}
