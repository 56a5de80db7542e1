import { KEPT_EXCHANGES } from './batch.ts'

/**
 * Atomic operations of the store, as Lua scripts. `ARGV[1]` is the prefix of all keys; only this file builds the names
 * of keys.
 */

const SESSION_PARTS = `
local function part(id, name) return P .. 's:' .. id .. ':' .. name end
local function now() local t = redis.call('TIME'); return t[1] * 1000 + math.floor(t[2] / 1000) end
`

const script = (body: string): string => `local P = ARGV[1]${SESSION_PARTS}${body}`

/**
 * Renews a replica's lease, with its address.
 *
 * @returns the store's time in ms, and the version of the list of sessions
 */
export const BEAT = script(`
local id, address, lease, version = ARGV[2], ARGV[3], ARGV[4], ARGV[5]
redis.call('SET', P .. 'replica:' .. id, address, 'PX', lease)
redis.call('HSET', P .. 'replicas', id, version)
return { now(), redis.call('GET', P .. 'version') or '0' }
`)

/** Ends a replica's lease: its sessions are free at once. */
export const LEAVE = script(`
redis.call('DEL', P .. 'replica:' .. ARGV[2])
redis.call('HDEL', P .. 'replicas', ARGV[2])
return 1
`)

/**
 * Takes a session, unless a live replica has it.
 *
 * @returns `taken` with the token, head and beat; nobody else writes the session's rows from then on, so that they can be
 * read in parts, which do not keep the store from others; `theirs` with the replica and its address;
 * `unknown` if no such session is open; `lapsed` if the calling replica has no lease
 */
export const CLAIM = script(`
local id, replica = ARGV[2], ARGV[3]
if redis.call('EXISTS', P .. 'replica:' .. replica) == 0 then return { 'lapsed' } end
if redis.call('HEXISTS', P .. 'sessions', id) == 0 then return { 'unknown' } end
local owner = redis.call('HGET', part(id, 'owner'), 'replica')
if owner and owner ~= replica then
  local address = redis.call('GET', P .. 'replica:' .. owner)
  if address then return { 'theirs', owner, address } end
end
-- A store that has forgotten all counts anew: two replicas never have the same token.
local token = redis.call('INCR', P .. 'token') .. '-' .. replica
redis.call('HSET', part(id, 'owner'), 'replica', replica, 'token', token, 'sequence', '0')
return {
  'taken', token,
  redis.call('GET', part(id, 'head')) or '', redis.call('GET', part(id, 'beat')) or ''
}
`)

/** Whether the replica still holds a session. */
export const HELD = script(`
if redis.call('HGET', part(ARGV[2], 'owner'), 'token') == ARGV[3] then return 1 else return 0 end
`)

/** Releases a session, if the replica still holds it. */
export const RELEASE = script(`
local id, token = ARGV[2], ARGV[3]
if redis.call('HGET', part(id, 'owner'), 'token') == token then redis.call('DEL', part(id, 'owner')) end
return 1
`)

/**
 * Writes changes, if the session is still held with that token. A write that is repeated because its answer was lost
 * has no effect.
 *
 * @returns 1; 0 if another replica has taken the session since
 */
export const WRITE = script(`
local id, token, sequence, wake, beat = ARGV[2], ARGV[3], ARGV[4], ARGV[5], ARGV[6]
local owner = redis.call('HMGET', part(id, 'owner'), 'token', 'sequence')
if owner[1] ~= token then return 0 end
if tonumber(sequence) <= tonumber(owner[2]) then return 1 end
redis.call('HSET', part(id, 'owner'), 'sequence', sequence)
if ARGV[7] ~= '' then redis.call('DEL', part(id, 'rows'), part(id, 'due')) end
if ARGV[8] ~= '' then redis.call('DEL', part(id, 'journal')) end
if ARGV[9] ~= '' then redis.call('SET', part(id, 'head'), ARGV[9]) end
redis.call('SET', part(id, 'beat'), beat)
if wake == '' then redis.call('ZREM', P .. 'wakes', id) else redis.call('ZADD', P .. 'wakes', wake, id) end
redis.call('ZADD', P .. 'used', now(), id)
local at = 10
local function list(command, key, step)
  local length = tonumber(ARGV[at])
  for first = at + 1, at + length, step do
    if step == 2 then redis.call(command, key, ARGV[first], ARGV[first + 1]) else redis.call(command, key, ARGV[first]) end
  end
  at = at + length + 1
  return length
end
list('HSET', part(id, 'rows'), 2)
list('HDEL', part(id, 'rows'), 1)
list('HSET', part(id, 'due'), 2)
list('HDEL', part(id, 'due'), 1)
if list('RPUSH', part(id, 'journal'), 1) > 0 then redis.call('LTRIM', part(id, 'journal'), -${KEPT_EXCHANGES}, -1) end
return 1
`)

/**
 * Opens a session, unless it is open already.
 *
 * @returns whether it was opened now, and the version of the list of sessions
 */
export const OPEN = script(`
local id, entry = ARGV[2], ARGV[3]
local opened = redis.call('HSETNX', P .. 'sessions', id, entry)
if opened == 1 then
  local version = redis.call('INCR', P .. 'version')
  redis.call('PUBLISH', P .. 'sessions', version)
end
return { opened, redis.call('GET', P .. 'version') or '0' }
`)

const FORGET = `
local function forget(id)
  redis.call('DEL', part(id, 'owner'), part(id, 'rows'), part(id, 'due'), part(id, 'journal'), part(id, 'head'), part(id, 'beat'))
  redis.call('ZREM', P .. 'wakes', id)
  redis.call('ZREM', P .. 'used', id)
  redis.call('HDEL', P .. 'sessions', id)
  local version = redis.call('INCR', P .. 'version')
  redis.call('PUBLISH', P .. 'sessions', version)
  return version
end
`

/** Closes and deletes a session, if the replica still holds it. */
export const CLOSE = script(`${FORGET}
local id, token = ARGV[2], ARGV[3]
if redis.call('HGET', part(id, 'owner'), 'token') ~= token then return '0' end
return tostring(forget(id))
`)

/**
 * Returns sessions with work due that no replica holds, or only the calling one. Closes sessions that were unused for
 * `ttl` ms.
 */
export const ORPHANS = script(`${FORGET}
local ttl, first, replica = ARGV[2], ARGV[3], ARGV[4]
local function isFree(id)
  local owner = redis.call('HGET', part(id, 'owner'), 'replica')
  return not owner or owner == replica or redis.call('EXISTS', P .. 'replica:' .. owner) == 0
end
local found = {}
for _, id in ipairs(redis.call('ZRANGEBYSCORE', P .. 'wakes', '-inf', now(), 'LIMIT', 0, 100)) do
  if isFree(id) then table.insert(found, id) end
end
if ttl ~= '' then
  for _, id in ipairs(redis.call('ZRANGEBYSCORE', P .. 'used', '-inf', now() - ttl, 'LIMIT', 0, 100)) do
    local owner = redis.call('HGET', part(id, 'owner'), 'replica')
    if id ~= first and owner ~= replica and isFree(id) then forget(id) end
  end
end
for _, id in ipairs(redis.call('HKEYS', P .. 'replicas')) do
  if redis.call('EXISTS', P .. 'replica:' .. id) == 0 then redis.call('HDEL', P .. 'replicas', id) end
end
return found
`)

/** Which of the given replicas have gone. */
export const GONE = script(`
local gone = {}
for index = 2, #ARGV do
  if redis.call('EXISTS', P .. 'replica:' .. ARGV[index]) == 0 then table.insert(gone, ARGV[index]) end
end
return gone
`)

/** Whether all live replicas know that version of the list of sessions. */
export const SEEN = script(`
local seen = redis.call('HGETALL', P .. 'replicas')
for index = 1, #seen, 2 do
  if tonumber(seen[index + 1]) < tonumber(ARGV[2]) and redis.call('EXISTS', P .. 'replica:' .. seen[index]) == 1 then return 0 end
end
return 1
`)
