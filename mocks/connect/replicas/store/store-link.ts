import { createHash } from 'node:crypto'
import { lazyRequire } from '../../../spec/read/node-require.ts'
import { afterReading, afterRealTime } from '../../../state/clock.ts'
import { guarded } from '../../../state/guard.ts'
import { pairsOf } from '../../../state/pairs.ts'
import { messageOf } from '../../../state/printable.ts'
import { StoreError } from '../../server/answer/store-error.ts'

/** The connection to the store; reconnects whenever it breaks. */
export interface StoreLink {
  /**
   * Runs a script in the store.
   *
   * @throws {@link StoreError} if the store does not answer in time; the script may have run
   */
  readonly run: (script: string, ...given: readonly string[]) => Promise<unknown>
  readonly list: (key: string) => Promise<readonly string[]>
  readonly entries: (key: string) => Promise<Readonly<Record<string, string>>>
  /** The same for many fields: they are read in parts, and must not change meanwhile. */
  readonly manyEntries: (key: string) => Promise<ReadonlyMap<string, string>>
  /** The strings of some keys; null for a missing key. */
  readonly texts: (keys: readonly string[]) => Promise<ReadonlyArray<string | null>>
  readonly members: (key: string) => Promise<readonly string[]>
  /** Adds strings to a set. */
  readonly add: (key: string, texts: readonly string[]) => Promise<void>
  /** The string of a key, which is first set to the given one if missing. */
  readonly first: (key: string, text: string) => Promise<string>
  /** Calls back on each message of a channel, and whenever messages may have been missed. */
  readonly hear: (channel: string, call: () => void) => Promise<void>
  readonly close: () => void
}

/** The part of the package `redis` that is used. */
interface RedisClient {
  readonly connect: () => Promise<unknown>
  readonly sendCommand: (words: readonly string[]) => Promise<unknown>
  readonly subscribe: (channel: string, listener: () => void) => Promise<void>
  readonly duplicate: () => RedisClient
  readonly on: (event: string, listener: (error: unknown) => void) => unknown
  readonly destroy: () => void
}

interface Redis {
  readonly createClient: (options: object) => RedisClient
}

const requireRedis = lazyRequire<Redis>('redis')

/** Number of fields that are read at once, of many. */
const PART_SIZE = '1000'

/** The longest pause before a reconnect, in ms. */
const RETRY_MS = 250

/**
 * @param url - `redis://127.0.0.1:6379`
 * @param prefix - prefix of all keys
 * @param patience - real ms to wait for an answer
 * @throws {@link StoreError} if the store cannot be reached at first
 */
export async function openStoreLink(url: string, prefix: string, patience: number): Promise<StoreLink> {
  const client = createRedis()({
    url,
    disableOfflineQueue: true,
    socket: { connectTimeout: patience, reconnectStrategy: (tries: number) => Math.min(RETRY_MS, 20 * (tries + 1)) },
  })
  const shown = shownUrl(url)
  // Each call reports its own failure; the cause of a broken connection is only known here.
  let broken: unknown
  client.on('error', (error) => {
    // `AggregateError` if the host name has several addresses.
    broken = error instanceof AggregateError ? error.errors[0] : error
  })
  client.on('ready', () => {
    broken = undefined
  })
  const listening: RedisClient[] = []

  const ask = async (words: readonly string[]): Promise<unknown> => {
    try {
      return await within(patience, client.sendCommand(words))
    } catch (error) {
      if (isReply(error)) throw error
      throw unreachable(shown, broken ?? error)
    }
  }
  const plain = async <Answer>(...words: readonly string[]): Promise<Answer> => {
    try {
      return (await ask(words)) as Answer
    } catch (error) {
      throw error instanceof StoreError ? error : unreachable(shown, error)
    }
  }
  const shas = new Map<string, string>()
  const run: StoreLink['run'] = async (script, ...given) => {
    let sha = shas.get(script)
    if (sha === undefined) shas.set(script, (sha = createHash('sha1').update(script).digest('hex')))
    try {
      return await ask(['EVALSHA', sha, '0', prefix, ...given])
    } catch (error) {
      if (!isReply(error)) throw error
      if (error.message.startsWith('NOSCRIPT')) return plain('EVAL', script, '0', prefix, ...given)
      throw unreachable(shown, error)
    }
  }
  const hear: StoreLink['hear'] = async (channel, call) => {
    const listener = client.duplicate()
    listening.push(listener)
    listener.on('error', () => {})
    listener.on('ready', guarded('look at the sessions of the store', call))
    await listener.connect()
    await listener.subscribe(prefix + channel, guarded('look at the sessions of the store', call))
  }

  try {
    await within(patience, client.connect())
    await ask(['PING'])
  } catch (error) {
    client.destroy()
    throw error instanceof StoreError ? error : unreachable(shown, broken ?? error)
  }
  return {
    run,
    list: (key) => plain('LRANGE', prefix + key, '0', '-1'),
    entries: async (key) => toRecord(await plain<unknown>('HGETALL', prefix + key)),
    manyEntries: async (key) => {
      const found = new Map<string, string>()
      let cursor = '0'
      do {
        const [next, part] = await plain<[string, string[]]>('HSCAN', prefix + key, cursor, 'COUNT', PART_SIZE)
        // A field may come twice.
        for (const [field, text] of pairsOf(part)) found.set(field, text)
        cursor = next
      } while (cursor !== '0')
      return found
    },
    texts: async (keys) => (keys.length === 0 ? [] : plain('MGET', ...keys.map((key) => prefix + key))),
    // RESP3 has a set type, which is not an array.
    members: async (key) => [...(await plain<Iterable<string>>('SMEMBERS', prefix + key))],
    add: async (key, texts) => void (await plain('SADD', prefix + key, ...texts)),
    first: async (key, text) => {
      await plain('SET', prefix + key, text, 'NX')
      return (await plain<string | null>('GET', prefix + key)) ?? text
    },
    hear,
    close: () => {
      for (const each of [client, ...listening]) each.destroy()
    },
  }
}

function createRedis(): Redis['createClient'] {
  try {
    return requireRedis().createClient
  } catch (cause) {
    throw new Error(
      'Failed to open the store: the package redis is not installed. Run `npm i redis`, beside sparring.',
      { cause },
    )
  }
}

/** What the store adds to an error in a script. */
const OF_SCRIPT = /\.? script: \w+, on @user_script:\d+\.?$/

/** An error reply from the store. */
function isReply(error: unknown): error is Error {
  return error instanceof Error && /^[A-Z]+ /.test(error.message) && !(error instanceof StoreError)
}

function unreachable(shown: string, error: unknown): StoreError {
  const why = messageOf(error).replace(OF_SCRIPT, '').replace(/\.$/, '')
  const what = isReply(error) ? 'refuses' : 'does not answer'
  return new StoreError('store-unreachable', `the store ${shown} ${what}: ${why}.`, { cause: error })
}

/** The URL without its password. */
function shownUrl(url: string): string {
  const parsed = URL.canParse(url) ? new URL(url) : undefined
  return parsed ? `${parsed.protocol}//${parsed.host}` : url
}

/** RESP2 returns a map as a flat list of names and values. */
function toRecord(answer: unknown): Readonly<Record<string, string>> {
  if (!Array.isArray(answer)) return (answer ?? {}) as Readonly<Record<string, string>>
  return Object.fromEntries(pairsOf(answer as string[]))
}

function within<Answer>(ms: number, work: Promise<Answer>): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const late = (): void => reject(new Error(`no answer within ${ms} ms`))
    // Replies that came while this process was busy are read first.
    const stop = afterRealTime(ms, () => afterReading(late))
    work.then(resolve, reject).finally(stop)
  })
}
