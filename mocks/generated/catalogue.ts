// Written by `npm run generate` from specs/ and scenarios/; do not edit.

/** Names of the package's own vendors. */
export interface Catalogue {
  readonly seal: {
    readonly operation: 'searchEntitiesByTitle' | 'getEntity' | 'addField' | 'updateFieldValue' | 'updateContent' | 'updateStatusTag' | 'archiveEntity' | 'getApiDocs'
    readonly error: 'Entity' | 'Entity#instance' | 'BadRequest' | 'BadRequest#input' | 'BadRequest#json' | 'BadRequest#type' | 'BadRequest#size' | 'Unauthorized' | 'Unauthorized#key' | 'Forbidden' | 'Forbidden#permission' | 'NotFound' | 'NotFound#entity' | 'NotFound#field' | 'NotFound#path' | 'Conflict' | 'Conflict#state' | 'TooManyRequests' | 'TooManyRequests#rate' | 'TooManyRequests#concurrency' | 'InternalServerError' | 'InternalServerError#unexpected'
    readonly scenario: 'seal/both-limits' | 'seal/concurrency' | 'seal/connection-reset' | 'seal/flaky-5xx' | 'seal/happy-path' | 'seal/key-malformed' | 'seal/key-missing' | 'seal/key-revoked' | 'seal/key-unknown' | 'seal/lost-answer' | 'seal/request-rate' | 'seal/several-instances'
  }
  readonly seek: {
    readonly operation: 'getMe' | 'getCredits' | 'listDeployments' | 'listWorkers' | 'getWorker' | 'publishWorker' | 'submitJob' | 'listJobs' | 'getJob' | 'cancelJob'
    readonly error: 'BadRequest' | 'BadRequest#field' | 'BadRequest#body' | 'BadRequest#type' | 'BadRequest#size' | 'Unauthorized' | 'Unauthorized#key' | 'PaymentRequired' | 'PaymentRequired#credits' | 'NotFound' | 'NotFound#worker' | 'NotFound#job' | 'NotFound#path' | 'Conflict' | 'Conflict#state' | 'UnprocessableEntity' | 'UnprocessableEntity#input' | 'TooManyRequests' | 'TooManyRequests#rate' | 'InternalServerError' | 'InternalServerError#unexpected'
    readonly scenario: 'seek/connection-reset' | 'seek/flaky-5xx' | 'seek/happy-path' | 'seek/job-cancelled' | 'seek/job-completes' | 'seek/job-fails' | 'seek/job-never-ends' | 'seek/job-slow-queue' | 'seek/job-times-out' | 'seek/key-malformed' | 'seek/key-missing' | 'seek/key-revoked' | 'seek/key-unknown' | 'seek/lost-answer' | 'seek/out-of-credits' | 'seek/rate-limited'
  }
}
