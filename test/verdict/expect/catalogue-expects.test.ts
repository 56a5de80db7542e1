import { expect, test } from 'vitest'
import { loadScenario } from '../../../mocks/load/files/scenario-chain.ts'
import { createLibrary } from '../../../mocks/load/library.ts'

const INSIDE = 'what a client makes of an answer, its requests do not show'
const DEFAULT = 'every mock plays it that is told nothing else, and a test may be about one call alone'
const ABSENCE = 'what a client does not send proves nothing: it may have had no reason to'
const SLOW = 'a limit of time that is longer than the answer takes looks like none'
const CONTRACT = 'what must not be sent is none of its version, of which the findings of each request speak'

/** Scenarios that expect nothing, and why no request can show what their sentence says of a good client. */
const SILENT: Readonly<Record<string, string>> = {
  'seal/added-field': INSIDE,
  'seal/happy-path': DEFAULT,
  'seal/slow-body': SLOW,
  'seal/unknown-status': INSIDE,
  'seal/upload-200': 'the bytes of files are not kept, so that a second upload is not known as the same',
  'seamless/added-field': INSIDE,
  'seamless/credits-header-missing': ABSENCE,
  'seamless/happy-path': DEFAULT,
  'seamless/slow-body': SLOW,
  'seclai/credits-refunded': ABSENCE,
  'seclai/domain-not-found': INSIDE,
  'seclai/happy-path': DEFAULT,
  'seclai/inbound-paused': 'whether a user has said so, requests do not show',
  'seclai/slow-body': SLOW,
  'seclai/version-first': CONTRACT,
  'seclai/version-latest': CONTRACT,
  'seek/happy-path': DEFAULT,
  'seek/plan-enterprise': ABSENCE,
  'seek/plan-pro': ABSENCE,
  'seek/slow-body': SLOW,
  'sequentum/happy-path': DEFAULT,
  'sequentum/legacy-errors': INSIDE,
  'sequentum/run-all-short': INSIDE,
  'sequentum/single-shot': CONTRACT,
  'sequentum/slow-body': SLOW,
  'sequentum/soft-failure': INSIDE,
}

test('each scenario of the catalogue expects something of the client, or it is known why it cannot', () => {
  const library = createLibrary()
  const silent = [...library.scenarioNames()].filter((name) => {
    const [vendor = ''] = name.split('/')
    const { expect: expected } = loadScenario(library, name).parts.get(vendor) ?? {}
    return !Array.isArray(expected) || expected.length === 0
  })
  expect(silent.sort()).toEqual(Object.keys(SILENT).sort())
})

test('a happy path that has expectations would hold them against every test that plays no scenario', () => {
  const named = Object.keys(SILENT).filter((name) => name.endsWith('/happy-path'))
  expect(named.map((name) => SILENT[name])).toEqual(Array(5).fill(DEFAULT))
})
