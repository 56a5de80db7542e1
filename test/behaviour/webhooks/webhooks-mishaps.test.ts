import type { InvalidFileError, ScenarioChanges } from 'sparring'
import { tamperBody } from '../../../mocks/behaviour/webhooks/tamper.ts'
import { expect, test } from 'vitest'
import { frozenMock } from '../../support/mock/mock.ts'
import { HOOKED, type Received, receive, signatureOf } from '../../support/server/receiver.ts'
import { seekClient } from '../../support/vendors/seek.ts'

/** Plays a scenario, or a change of what goes wrong, and submits so many jobs, a second apart. */
async function run(
  played: string | ScenarioChanges['webhooks'],
  jobs: number,
  ...statuses: readonly number[]
): Promise<{ ids: string[]; received: Received[]; mock: ReturnType<typeof frozenMock>; secret: string }> {
  const mock = frozenMock({ vendors: ['seek'] })
  if (typeof played === 'string') mock.play(played)
  else mock.play('seek/happy-path', { webhooks: played! })
  const received = receive(mock, ...statuses)
  const seek = seekClient(mock.fetch)
  const ids: string[] = []
  for (let job = 0; job < jobs; job++) {
    ids.push(await seek.start(HOOKED))
    await mock.clock.advance('1s')
  }
  await mock.clock.advance('1h')
  return { ids, received, mock, secret: mock.credentials('seek').webhookSecret }
}

/** Which jobs they tell of, by place of submission, and when they came. */
function order({ ids, received }: { ids: readonly string[]; received: readonly Received[] }): Array<[number, number]> {
  return received.map(({ body, after }) => [ids.indexOf(String(body['job_uuid'])), after])
}

test('webhook-never-arrives: all four attempts are lost, and the job completes', async () => {
  const { received, mock, ids } = await run('seek/webhook-never-arrives', 1)
  expect(received).toEqual([])
  const [delivery] = mock.webhooks.deliveries()
  expect([delivery!.outcome, delivery!.played]).toEqual(['given up', ['drop']])
  expect(delivery!.attempts.map(({ outcome, to }) => [outcome, to])).toEqual(
    Array.from({ length: 4 }, () => ['lost', undefined]),
  )
  expect((await seekClient(mock.fetch).job(ids[0]!)).status).toBe('completed')
})

test('webhook-arrives-late: the first attempt is lost, and the retry has the same instant in its body', async () => {
  const { received } = await run('seek/webhook-arrives-late', 1)
  expect(received).toMatchObject([{ after: 10_210, body: { fired_at: '2026-03-16T10:00:05Z' } }])
})

test('webhook-delayed: it comes a minute late, with the instant at which it was due', async () => {
  const { received } = await run('seek/webhook-delayed', 1)
  expect(received).toMatchObject([{ after: 65_210, body: { fired_at: '2026-03-16T10:00:05Z' } }])
})

test('webhook-twice: the same bytes twice at the same instant, each with attempts of its own', async () => {
  const run1 = await run('seek/webhook-twice', 1, 500, 200)
  expect(order(run1)).toEqual([
    [0, 5210],
    [0, 5210],
    [0, 10_210],
  ])
  expect(new Set(run1.received.map(({ text, headers }) => text + headers['x-seekapi-signature'])).size).toBe(1)
  const [first, copy] = run1.mock.webhooks.deliveries()
  expect([copy!.id, copy!.copyOf]).toEqual([`${first!.id}_copy1`, first!.id])
})

test('webhook-out-of-order: pairs are turned round, and the last one of an odd number comes after a minute', async () => {
  expect(order(await run('seek/webhook-out-of-order', 5))).toEqual([
    [1, 6210],
    [0, 6210],
    [3, 8210],
    [2, 8210],
    [4, 69_210],
  ])
})

test('webhook-forged-body: the bytes are another JSON than the one that was signed', async () => {
  const { received, secret } = await run('seek/webhook-forged-body', 1)
  const { text, body, headers } = received[0]!
  expect(body).toMatchObject({ event: 'job.completed', tampered: true })
  expect(headers['x-seekapi-signature']).not.toBe(signatureOf(text, secret))
  const signed = text
    .replace(',"tampered":true}', '}')
    .replace(/"followers":(\d+)/, (_, number: string) => `"followers":${Number(number) - 1}`)
  expect(headers['x-seekapi-signature']).toBe(signatureOf(signed, secret))
})

test.each([
  ['{}', '{"tampered":true}'],
  ['{"cost":9}', '{"cost":8,"tampered":true}'],
  ['{"at":10,"id":"job_7 \\"5"}', '{"at":11,"id":"job_7 \\"5","tampered":true}'],
  ['{"share":-0.25,"big":1e2,"ok":true}', '{"share":-0.25,"big":1e3,"ok":true,"tampered":true}'],
  ['{"text":"12"}', '{"text":"12","tampered":true}'],
  ['[1]', '[2] '],
])('tamper: body makes of %s another JSON: %s', (body, other) => {
  expect(tamperBody(body)).toBe(other)
})

test('webhook-forged-signature: it looks like one, and is not the one of these bytes', async () => {
  const { received, secret } = await run('seek/webhook-forged-signature', 1)
  const { text, body, headers } = received[0]!
  expect(body).not.toHaveProperty('tampered')
  expect(headers['x-seekapi-signature']).toMatch(/^[0-9a-f]{64}$/)
  expect(headers['x-seekapi-signature']).not.toBe(signatureOf(text, secret))
})

test('failures can be set for all webhooks, for one kind, and for the nth', async () => {
  const played = await run(
    { default: { delay: '10s', duplicate: 1 }, jobFinished: { delay: '1s', nth: { 2: { drop: 1 } } } },
    2,
  )
  expect(order(played)).toEqual([
    [0, 6210],
    [0, 6210],
    [1, 12_210],
    [1, 12_210],
  ])
})

test('playing something else changes the webhooks that are fired later', async () => {
  const { mock, received } = await run('seek/webhook-never-arrives', 1)
  mock.play('seek/happy-path')
  await seekClient(mock.fetch).start(HOOKED)
  await mock.clock.advance('1h')
  expect(received.length).toBe(1)
})

test('unknown names are reported with the nearest', () => {
  const mock = frozenMock({ vendors: ['seek'] })
  const play = (webhooks: object): string => {
    try {
      mock.play('seek/happy-path', { webhooks } as never)
      return ''
    } catch (error) {
      return (error as InvalidFileError).problems.map(({ code, message }) => `${code}: ${message}`).join('\n')
    }
  }
  expect(play({ jobFinish: { drop: true } })).toBe(
    'unknown-webhook: "jobFinish" is not a webhook of seek. Did you mean "jobFinished"?',
  )
  expect(play({ jobFinished: { dropp: true } })).toBe(
    'unknown-keyword: "dropp" is not a keyword of a webhook. Did you mean "drop"?',
  )
  expect(play({ jobFinished: { tamper: 'bodies' } })).toBe(
    'unknown-value: "tamper" must be body or signature; got "bodies".',
  )
  expect(play({ jobFinished: { nth: { 2: { acknowledge: {} } } } })).toContain(
    '"acknowledge" is not a keyword of a mishap.',
  )
})
