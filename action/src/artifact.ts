import { createHash } from 'node:crypto'
import { required } from './runner.ts'
import { zip } from './zip.ts'

const SERVICE = 'twirp/github.actions.results.api.v1.ArtifactService'
const PATIENCE_MS = 30_000

/**
 * Uploads one file as an artifact of the run: by the calls that `actions/upload-artifact` makes, whose packages are a hundred
 * times as large as this.
 *
 * @throws Error where there is no runner, or its service refuses
 * @see https://github.com/actions/toolkit/tree/main/packages/artifact/src/internal
 */
export async function upload(artifact: string, file: string, text: string): Promise<void> {
  const token = required('ACTIONS_RUNTIME_TOKEN')
  const service = required('ACTIONS_RESULTS_URL')
  const call = async (method: string, body: object): Promise<Readonly<Record<string, unknown>>> => {
    const response = await fetch(new URL(`${SERVICE}/${method}`, service), {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify({ ...idsOf(token), name: artifact, ...body }),
      signal: AbortSignal.timeout(PATIENCE_MS),
    })
    const answer = await response.text()
    if (!response.ok)
      throw new Error(`${method} of the artifact service was answered with ${response.status}: ${answer}`)
    return JSON.parse(answer) as Readonly<Record<string, unknown>>
  }
  const archive = zip(file, text)
  const created = await call('CreateArtifact', { version: 4 })
  const stored = await fetch(String(created['signed_upload_url'] ?? created['signedUploadUrl']), {
    method: 'PUT',
    headers: { 'content-type': 'application/zip', 'x-ms-blob-type': 'BlockBlob' },
    body: new Uint8Array(archive),
    signal: AbortSignal.timeout(PATIENCE_MS),
  })
  if (!stored.ok) throw new Error(`The store of artifacts answered with ${stored.status}.`)
  const hash = createHash('sha256').update(archive).digest('hex')
  await call('FinalizeArtifact', { size: String(archive.length), hash: `sha256:${hash}` })
}

/** Run and job, as the token's scope names them: `Actions.Results:<run>:<job>`. */
function idsOf(token: string): object {
  const payload = Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8')
  const [, run, job] = /\bActions\.Results:([^:\s"]+):([^:\s"]+)/.exec(payload) ?? []
  if (run === undefined || job === undefined) throw new Error('ACTIONS_RUNTIME_TOKEN names no run and job.')
  return { workflow_run_backend_id: run, workflow_job_run_backend_id: job }
}
