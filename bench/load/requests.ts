/** What servers are asked under load: as bytes on the wire. */
const KEY = 'x-api-key: sk_live_bench'
const INPUT = { profile_url: 'https://linkedin.com/in/example', priority: 'normal' }

/** A request, whole. */
export function wire(method: string, path: string, headers: readonly string[] = [KEY], body = ''): string {
  const length = method === 'GET' ? [] : [`content-length: ${Buffer.byteLength(body)}`]
  return `${method} ${path} HTTP/1.1\r\n${['host: 127.0.0.1', ...headers, ...length].join('\r\n')}\r\n\r\n${body}`
}

export const JSON_BODY = [KEY, 'content-type: application/json']

export const getMe = wire('GET', '/v1/me')
export const submitJob = wire('POST', '/v1/workers/linkedin-profile/jobs', JSON_BODY, JSON.stringify(INPUT))
export const wrongJob = wire('POST', '/v1/workers/linkedin-profile/jobs', JSON_BODY, '{"profile_url":12}')
export const listJobs = wire('GET', '/v1/jobs')
export const getJob = (id: string): string => wire('GET', `/v1/jobs/${id}`)

export const connections = 16
