import { isRecord } from '../../spec/values/is-record.ts'
import { fitsDate } from '../../state/instant.ts'
import { printableValue } from '../../state/printable.ts'
import { InvalidSnapshotError } from './invalid-snapshot.ts'
import { type Snapshot, SNAPSHOT_FORMAT } from './snapshot.ts'
import { SHAPE_PARTS } from './vendor-shape.ts'

type Test = (value: unknown) => boolean

const isText: Test = (value) => typeof value === 'string'
const isInstant: Test = (value) => typeof value === 'number' && fitsDate(value)
const isCount: Test = (value) => Number.isSafeInteger(value) && (value as number) >= 0
const isTextOrNull: Test = (value) => value === null || isText(value)
const isFlag: Test = (value) => typeof value === 'boolean'

/** The parts of a snapshot, and the test for each. */
const PARTS: Readonly<Record<Exclude<keyof Snapshot, 'format'>, Test>> = {
  sparring: isText,
  session: isText,
  omitted: listOf(isText),
  clock: fields({ now: isInstant, frozen: isFlag }),
  seed: Number.isSafeInteger,
  pace: (value) => typeof value === 'number' && Number.isFinite(value) && value > 0,
  vendors: mapOf(
    fields({
      dialect: isTextOrNull,
      start: isInstant,
      shape: fields(Object.fromEntries(SHAPE_PARTS.map((part) => [part, isText]))),
    }),
  ),
  plays: listOf(
    fields({ names: listOf(isText), changes: (value) => value === null || (isRecord(value) && !Array.isArray(value)) }),
  ),
  nexts: listOf(
    fields({
      key: (value) => isText(value) && isCount(Number(value)),
      vendor: isText,
      operation: isText,
      error: (value) => isText(value) || isCount(value),
      times: isCount,
    }),
  ),
  tag: (value) => typeof value === 'string' && /^\w{10}$/.test(value),
  scope: isText,
  exchanges: isCount,
  latest: isInstant,
  isBusy: isFlag,
  rows: fields({
    tables: listOf(pair(isText, listOf(pair(isText, (value) => value !== undefined)))),
    due: listOf(
      fields({ at: isInstant, topic: isText, key: isText, wakes: (value) => value === undefined || isFlag(value) }),
    ),
  }),
}

/**
 * Reads a result of `snapshot()`, also after a round trip through a file.
 *
 * @throws {@link InvalidSnapshotError} for anything else, and for the format of another version
 */
export function readSnapshot(value: unknown): Snapshot {
  if (!isRecord(value) || !('format' in value))
    throw new InvalidSnapshotError(`${seen(value)} is not a snapshot. Give what snapshot() has returned.`)
  if (value['format'] !== SNAPSHOT_FORMAT)
    throw new InvalidSnapshotError(
      `it has the format ${printableValue(value['format'])}, and this sparring reads ${SNAPSHOT_FORMAT}. Take a new snapshot.`,
    )
  for (const [name, test] of Object.entries(PARTS)) {
    if (test(value[name])) continue
    const what = value[name] === undefined ? 'is missing' : 'is not as snapshot() writes it'
    throw new InvalidSnapshotError(
      `its "${name}" ${what}. Give what snapshot() has returned, and change nothing in it.`,
    )
  }
  return value as unknown as Snapshot
}

function seen(value: unknown): string {
  const text = value === undefined ? 'undefined' : printableValue(value)
  return text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text
}

/** Most characters of an invalid value that the message shows. */
const SHOWN = 60

function fields(tests: Readonly<Record<string, Test>>): Test {
  return (value) => isRecord(value) && Object.entries(tests).every(([name, test]) => test(value[name]))
}

function listOf(test: Test): Test {
  return (value) => Array.isArray(value) && value.every(test)
}

function mapOf(test: Test): Test {
  return (value) => isRecord(value) && Object.values(value).every(test)
}

function pair(first: Test, second: Test): Test {
  return (value) => Array.isArray(value) && value.length === 2 && first(value[0]) && second(value[1])
}
