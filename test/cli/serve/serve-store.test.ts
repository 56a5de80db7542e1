import { expect, test } from 'vitest'
import { sparring } from '../../support/processes/cli.ts'

async function refused(...options: readonly string[]): Promise<string> {
  const { code, err } = await sparring(['serve', 'seek', '--port', '0', ...options])
  expect(code).not.toBe(0)
  return err.split('\n')[0]!
}

test('an invalid store is refused with what to write, and without its password', async () => {
  const advice = 'write it as redis://127.0.0.1:6379, or rediss:// for TLS.'
  expect(await refused('--store', '127.0.0.1:6379')).toBe(
    `sparring: --store is "127.0.0.1:6379", no URL of a store; ${advice}`,
  )
  expect(await refused('--store', 'http://me:secret@store:6379')).toBe(
    `sparring: --store is "http://me:…@store:6379", no URL of a store; ${advice}`,
  )
})

test('unused parts of a store’s URL or a server’s address are refused', async () => {
  const advice = 'write it as redis://127.0.0.1:6379, or rediss:// for TLS.'
  expect(await refused('--store', 'redis://:p/w@127.0.0.1:1')).toBe(
    `sparring: --store is "redis://:…@127.0.0.1:1", no URL of a store; ${advice}`,
  )
  expect(await refused('--store', 'redis://:p:x@ss/w@127.0.0.1:1')).toBe(
    `sparring: --store is "redis://:…@127.0.0.1:1", whose path is not the number of a database (/ in a password is %2F); ${advice}`,
  )
  expect(await refused('--store', 'redis://127.0.0.1:1?prefx=team-a')).toBe(
    `sparring: --store is "redis://127.0.0.1:1?prefx=team-a", and has "prefx" where only "prefix" can be; ${advice}`,
  )
  expect(await refused('--store', 'redis://127.0.0.1:1', '--replica-url', 'http://proxy/one')).toBe(
    'sparring: --replica-url is "http://proxy/one" and must be where other servers reach this one, as http://10.0.0.7:4010.',
  )
})

test('a store that is away at the start is said with the reason, without its password', async () => {
  expect(await refused('--store', 'redis://me:secret@127.0.0.1:1')).toBe(
    'sparring: the store redis://127.0.0.1:1 does not answer: connect ECONNREFUSED 127.0.0.1:1.',
  )
})

test('a lease, or an address for other servers, without a store is a mistake', async () => {
  expect(await refused('--lease', '3s')).toBe(
    'sparring: --lease is about servers that share their sessions; give --store too.',
  )
  expect(await refused('--replica-url', 'http://10.0.0.7:4010')).toBe(
    'sparring: --replica-url is about servers that share their sessions; give --store too.',
  )
  expect(await refused('--store', 'redis://127.0.0.1:1', '--lease', '10ms')).toBe(
    'sparring: --lease is "10ms" and must be a duration of 500ms or more, as 3s.',
  )
})
