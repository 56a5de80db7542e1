/* Mocks */
export { createMock } from './connect/mock/create-mock.ts'
export type { Mock } from './connect/mock/api/mock-api.ts'
export type { MockOptions, SessionOptions, VendorOptions } from './connect/mock/api/mock-options.ts'
export type { MockSession } from './connect/mock/api/mock-session.ts'
export type {
  Credentials,
  MockClock,
  MockJournal,
  MockWebhooks,
  TokenCredentials,
} from './connect/mock/api/session-parts.ts'
export type {
  AccountChanges,
  JobChanges,
  LimitChanges,
  RuleChange,
  ScenarioChanges,
  WebhookChanges,
} from './connect/mock/api/changes.ts'
export type { OpenApiDocument } from './spec/model/document.ts'
export type { ErrorOf, OperationOf, ScenarioName, VendorName } from './load/names.ts'

/* Server */
export type { VendorFacts } from './connect/server/environment.ts'
export { type MockServer, type ServerOptions, startServer } from './connect/server/start-server.ts'

/* Checking replies */
export { onBreach } from './engine/session/breaches.ts'

/* Judging the client */
export type { Finding, FindingSeverity, StatementShown } from './verdict/finding.ts'
export { FindingsError } from './verdict/findings-error.ts'
export type { FindingOptions } from './verdict/settle.ts'
export type { FindingFilter } from './connect/mock/api/mock-session.ts'

/* Answer coverage */
export type {
  CellCoverage,
  Coverage,
  SubjectCoverage,
  SubjectKind,
  VendorCoverage,
} from './verdict/coverage/coverage.ts'
export { type Failure, type FailureChanges, forEveryFailure } from './load/failures/for-every-failure.ts'

/* Webhooks */
export type { DeliveryHandler, DeliveryTarget } from './connect/deliver/courier.ts'
export { type Attempt, type Delivery, type DeliveryFilter, onDelivery } from './engine/deliveries/delivery.ts'

/* Journal */
export { explain } from './engine/answer/explain.ts'
export type { SentEvent } from './engine/streams/frame.ts'
export type { HeaderList } from './engine/session/journal/header-list.ts'
export type { AnsweredBy, Exchange, ExchangeFilter, Message } from './engine/session/journal/journal.ts'
export type { Held } from './engine/session/session.ts'
export type { OverrideAnswer, OverrideContext } from './engine/answer/override.ts'

/* Code of a vendor of your own */
export type { OperationResult, OperationContext, Operations, OperationSteps } from './behaviour/operations.ts'

/* Snapshots */
export type { Snapshot } from './engine/snapshot/snapshot.ts'

/* Errors */
export { InvalidSnapshotError } from './engine/snapshot/invalid-snapshot.ts'
export { ListenError } from './connect/server/listen.ts'
export { InvalidArgumentError } from './spec/problems/arguments.ts'
export { UnknownNameError } from './load/unknown-name.ts'
export { NotSettledError } from './connect/wait/not-settled-error.ts'
export { formatProblem, InvalidFileError, type Problem } from './spec/problems/problem.ts'
