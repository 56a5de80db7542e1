import { createTest, expect } from 'sparring/playwright'

const test = createTest({
  vendors: ['seek'],
  clock: { frozen: true },
  findings: { 'browser-credential': { severity: 'off', reason: 'each user brings a key of their own' } },
})

test('the page says when the credits are gone', async ({ page, play, mock }) => {
  play('seek/out-of-credits')
  await page.goto('/')
  for (let job = 0; job < 3; job++) await page.getByRole('button', { name: 'Submit' }).click()
  await expect(page.getByRole('status')).toHaveText('No credits left')
  await expect(page.getByRole('listitem')).toHaveCount(2)
  expect(mock).toHaveMet('submitJob', 'PaymentRequired')
})

test('the page waits as long as it is asked to, in no real time', async ({ page, next, mock, clock }) => {
  next('seek', 'submitJob', 'TooManyRequests#rate')
  await page.clock.install()
  await page.goto('/')
  await page.getByRole('button', { name: 'Submit' }).click()
  await expect(page.getByRole('status')).toHaveText('The vendor is busy')
  // Moves the page's clock and the mock's.
  await clock.advance('1s')
  await expect(page.getByRole('listitem')).toHaveText(['queued'])
  expect(mock).toHaveWaited('retry-after')
})
