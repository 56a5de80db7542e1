/** What the server is asked under load: as bytes on the wire, and the status that each answer must have. */
const key = 'x-api-key: sk_live_bench'
const input = JSON.stringify({ profile_url: 'https://linkedin.com/in/example', priority: 'normal' })

const get = (path: string): string => `GET ${path} HTTP/1.1\r\nhost: 127.0.0.1\r\n${key}\r\n\r\n`
const post = (path: string): string =>
  `POST ${path} HTTP/1.1\r\nhost: 127.0.0.1\r\n${key}\r\ncontent-type: application/json\r\ncontent-length: ${input.length}\r\n\r\n${input}`

export const cases = [
  { name: 'GET /v1/me', aim: 0.8, request: get('/v1/me'), status: 200 },
  { name: 'POST job', aim: 0.65, request: post('/v1/workers/linkedin-profile/jobs'), status: 202 },
]

/** Our server with everything on, and a scenario that refuses nothing. */
export const ours = [
  'mocks/cli/main.ts',
  'serve',
  'seek',
  '--scenario',
  'bench/unlimited.yaml',
  '--port',
  '0',
  '--json',
]

export const connections = 64
/** ms: both sides are measured as they run in a long session, compiled by the engine's optimiser. */
export const WARM_UP_MS = 5000
