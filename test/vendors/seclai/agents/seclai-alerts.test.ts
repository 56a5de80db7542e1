import { expect, test } from 'vitest'
import { type Call, seclai, uuid } from '../../../support/vendors/seclai.ts'

async function configs(call: Call, query = ''): Promise<string[]> {
  const { body } = await call('GET', `/alerts/configs${query}`)
  return (body as { configs: ReadonlyArray<{ id: string }> }).configs.map(({ id }) => id)
}

test('alert configurations are those of the account for agents, for sources, or of one agent or source', async () => {
  const { call } = seclai()
  expect(await configs(call)).toEqual([uuid('d1', 3)])
  expect(await configs(call, '?scope=source')).toEqual([uuid('d1', 4)])
  expect(await configs(call, `?agent_id=${uuid('a0', 1)}`)).toEqual([uuid('d1', 1)])
  expect(await configs(call, `?source_connection_id=${uuid('b0', 1)}`)).toEqual([uuid('d1', 2)])
  const made = await call('POST', '/alerts/configs', { alert_type: 'pull_failed' })
  const { id } = made.body as { id: string }
  expect(await configs(call, '?scope=source')).toContain(id)
  expect(await configs(call)).not.toContain(id)
})

test('alerts are filtered by time, whatever offset the request has', async () => {
  const { call } = seclai()
  const alerts = async (query: string): Promise<unknown> =>
    ((await call('GET', `/alerts?${query}`)).body as { data: ReadonlyArray<{ id: string }> }).data.map(({ id }) => id)
  expect(await alerts('time_from=2026-03-13T16:00:07%2B01:00')).toEqual([uuid('d0', 1)])
  expect(await alerts('time_from=2026-03-13T16:00:08%2B01:00')).toEqual([])
  expect(await alerts('time_to=2026-03-13T15:00:07.000Z')).toEqual([uuid('d0', 1), uuid('d0', 2)])
  expect(await alerts('time_to=2026-03-13T10:00:06-05:00')).toEqual([uuid('d0', 2)])
})

test('a change of a configuration clears a threshold that is null, and keeps fields that it leaves out', async () => {
  const { call } = seclai()
  const at = `/alerts/configs/${uuid('d1', 2)}`
  const { body } = await call('PATCH', at, { threshold: null, recipient_user_ids: null, enabled: null })
  expect(body).toMatchObject({ threshold: null, recipient_user_ids: [], enabled: true, cooldown_minutes: 120 })
})

test('an organization’s alerts go to its owner and admins, whatever recipient was requested', async () => {
  const { call } = seclai()
  const acting = { authorization: 'Bearer tok', 'x-account-id': uuid('f0', 2) }
  const request = { alert_type: 'slow_run', distribution_type: 'selected_members' }
  const { body } = await call('POST', '/alerts/configs', request, acting)
  expect(body).toMatchObject({ distribution_type: 'owner_admins' })
  expect((await call('POST', '/alerts/configs', request)).body).toMatchObject({ distribution_type: 'selected_members' })
})

test('preferences have an entry for every alert type where defaults are asked for', async () => {
  const { mock, call } = seclai()
  const list = async (query: string): Promise<unknown[]> =>
    ((await call('GET', `/alerts/organization-preferences/list${query}`)).body as { preferences: unknown[] })
      .preferences
  expect(await list('')).toEqual([
    { organization_id: uuid('f1', 1), alert_type: 'slow_run', subscribed: false, is_override: true },
  ])
  expect(await list('?include_defaults=true')).toHaveLength(18)
  mock.play('seclai/not-an-owner')
  expect(await list('?include_defaults=true')).toEqual([])
  const at = `/alerts/organization-preferences/${uuid('f1', 1)}/run_failed`
  expect((await call('PATCH', at, { subscribed: false })).status).toBe(403)
})
