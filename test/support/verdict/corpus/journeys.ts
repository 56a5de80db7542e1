import { BATCH } from '../../vendors/seal.ts'
import { contact } from '../../vendors/seamless.ts'

/** A request of a journey, without what names a server or a key. */
interface Request {
  readonly method: string
  /** The vendor's own path; `{id}` stands for the job. */
  readonly path: string
  readonly body?: unknown
}

/** What an ordinary program does with a vendor, as data: clients in other languages take it too. */
export interface Journey {
  readonly header: string
  /** Stands before the key. */
  readonly prefix: string
  readonly reads: readonly Request[]
  /** Starts or changes something. */
  readonly work: Request
  /** How work is followed, where the vendor has jobs: where its id stands, and the states that are final. */
  readonly poll?: Request & {
    readonly id: readonly string[]
    readonly state: readonly string[]
    readonly final: ReadonlyArray<string | number>
  }
}

export const JOURNEYS: Readonly<Record<string, Journey>> = {
  seek: {
    header: 'x-api-key',
    prefix: '',
    reads: [
      { method: 'GET', path: '/v1/me' },
      { method: 'GET', path: '/v1/workers' },
    ],
    work: {
      method: 'POST',
      path: '/v1/workers/linkedin-profile/jobs',
      body: { profile_url: 'https://www.linkedin.com/in/ada' },
    },
    poll: {
      method: 'GET',
      path: '/v1/jobs/{id}',
      id: ['job_uuid'],
      state: ['status'],
      final: ['completed', 'failed', 'cancelled', 'timeout', 'SUCCEEDED', 'FAILED', 'CANCELLED', 'TIMEOUT'],
    },
  },
  seal: {
    header: 'authorization',
    prefix: 'Bearer ',
    reads: [
      { method: 'GET', path: `/api/entities/${BATCH}` },
      { method: 'GET', path: '/api/entities/search?titleContains=%2342' },
    ],
    work: { method: 'PATCH', path: `/api/entities/${BATCH}/fields/Yield%20%25`, body: { value: 94.5 } },
  },
  seamless: {
    header: 'token',
    prefix: '',
    reads: [
      { method: 'POST', path: '/api/client/v1/search/contacts', body: { department: ['Sales'], limit: 5 } },
      {
        method: 'GET',
        path: '/api/client/v1/contacts?startDate=2026-01-01T00:00:00Z&endDate=2026-12-31T23:59:59Z',
      },
    ],
    work: { method: 'POST', path: '/api/client/v1/contacts/research', body: { searchResultIds: [contact(1)] } },
    poll: {
      method: 'GET',
      path: '/api/client/v1/contacts/research/poll?requestIds={id}',
      id: ['requestIds', '0'],
      state: ['data', '0', 'status'],
      final: [
        'done',
        'error',
        'missing',
        'duplicate',
        'not found',
        'contact-already-researched',
        'No license or credits available',
      ],
    },
  },
  seclai: {
    header: 'x-api-key',
    prefix: '',
    reads: [
      { method: 'GET', path: '/agents' },
      { method: 'GET', path: '/agents/a0000000-0000-4000-8000-000000000001' },
    ],
    work: {
      method: 'POST',
      path: '/agents/a0000000-0000-4000-8000-000000000001/runs',
      body: { input: 'What does the lease say?' },
    },
    poll: {
      method: 'GET',
      path: '/agents/runs/{id}',
      id: ['run_id'],
      state: ['status'],
      final: ['completed', 'failed', 'blocked', 'unsafe', 'timeout', 'cancelled'],
    },
  },
  sequentum: {
    header: 'authorization',
    prefix: 'ApiKey ',
    reads: [
      { method: 'GET', path: '/api/v1/agent/all' },
      { method: 'GET', path: '/api/v1/agent/4701' },
    ],
    work: { method: 'POST', path: '/api/v1/agent/4701/start', body: {} },
    poll: {
      method: 'GET',
      path: '/api/v1/agent/4701/run/{id}/status',
      id: ['id'],
      state: ['status'],
      final: [6, 7, 8, 9, 10, 11],
    },
  },
}
