import { BATCH, SEAL, SEAL_KEY } from '../../support/vendors/seal.ts'
import { testConduct } from '../../support/verdict/conduct-cases.ts'
import { type JourneyClient, journeyClient } from '../../support/verdict/journey-client.ts'

/** The last is in the system of the instruments. */
const OTHERS = ['30000000-0000-4000-8000-000000000071', '30000000-0000-4000-8000-000000000051']
const REVIEW = {
  allowDirectPublish: false,
  reviewConfig: {
    reviewPhases: [
      {
        title: 'Quality',
        requestedRoleId: '50000000-0000-4000-8000-000000000012',
        requiredNumApprovals: 1,
        fromRequirements: false,
      },
    ],
    requireResponsesForAllPhases: true,
    message: 'Please look.',
  },
}

/** Reads, searches, edits, uploads and asks for a review; a good client goes on only while the last answer lets it. */
async function work({ call, manners, sleep }: JourneyClient): Promise<void> {
  const read = () => call('GET', `${SEAL}/entities/${BATCH}`)
  const first = await read()
  const isOver = (status: number): boolean => !manners.repeats && (status === 401 || status === 403)
  if (isOver(first.status)) return
  if (manners.repeats) await Promise.all([read(), read(), read(), read()])
  await call('GET', `${SEAL}/entities/search?titleContains=42`)
  for (const id of OTHERS) await call('GET', `${SEAL}/entities/${id}`)
  for (const [name, value] of [
    ['Yield %', 97],
    ['Released?', true],
    ['Batch Number', 'BB-0043'],
  ] as const) {
    const { status } = await call('PATCH', `${SEAL}/entities/${BATCH}/fields/${encodeURIComponent(name)}`, {
      body: { value },
      look: async () => {
        const answer = await read()
        const { fields } = answer.body as { fields?: Record<string, { value: unknown }> }
        return fields?.[name]?.value === value ? answer : undefined
      },
    })
    if (isOver(status)) return
  }
  await call('POST', `${SEAL}/files?filename=a.txt&typeTitle=Certificate`, { body: new TextEncoder().encode('123') })
  await call('POST', `${SEAL}/change-sets/12/request-review?system=main`, { body: REVIEW })
  if (manners.attempts === 1) return
  await sleep(5000)
  await read()
  await call('GET', `${SEAL}/entities/${BATCH}/change-set`)
}

testConduct('seal', (mock, manners) => work(journeyClient(mock, manners, { authorization: `Bearer ${SEAL_KEY}` })), [
  // No limit is met here.
  'seal/clock-skew',
  // Nobody has to wait for a slot, which may be free at once.
  'seal/concurrency',
  // Nobody has to repeat a write that may have been done.
  'seal/flaky-5xx',
])
