/* Mocks */
export { type BrowserMockOptions, createMock } from './connect/browser/create-page-mock.ts'
export type { BrowserVendor } from './connect/browser/vendor-module.ts'
export type { Mock } from './connect/mock/api/mock-api.ts'
export type { SessionOptions } from './connect/mock/api/mock-options.ts'
export type { MockSession } from './connect/mock/api/mock-session.ts'
export type { Credentials, MockClock, MockJournal, MockWebhooks } from './connect/mock/api/session-parts.ts'
export type {
  AccountChanges,
  JobChanges,
  LimitChanges,
  RuleChange,
  ScenarioChanges,
  WebhookChanges,
} from './connect/mock/api/changes.ts'
export type { ErrorOf, OperationOf, ScenarioName, VendorName } from './load/names.ts'

/* Checking replies */
export { onBreach } from './engine/session/breaches.ts'

/* Webhooks */
export type { DeliveryHandler } from './connect/deliver/handler.ts'
export { type Attempt, type Delivery, type DeliveryFilter, onDelivery } from './engine/deliveries/delivery.ts'

/* Journal */
export { explain } from './engine/answer/explain.ts'
export type { HeaderList } from './engine/session/journal/header-list.ts'
export type { AnsweredBy, Exchange, ExchangeFilter, Message } from './engine/session/journal/journal.ts'
export type { Held } from './engine/session/session.ts'
export type { OverrideAnswer, OverrideContext } from './engine/answer/override.ts'

/* Snapshots */
export type { Snapshot } from './engine/snapshot/snapshot.ts'

/* Errors */
export { InvalidSnapshotError } from './engine/snapshot/invalid-snapshot.ts'
export { InvalidArgumentError } from './spec/problems/arguments.ts'
export { UnknownNameError } from './load/unknown-name.ts'
export { NotSettledError } from './connect/wait/not-settled-error.ts'
export { formatProblem, InvalidFileError, type Problem } from './spec/problems/problem.ts'
