import { expect, test } from 'vitest'
import { createRemedies } from '../../mocks/load/failures/remedies.ts'
import { createLibrary } from '../../mocks/load/library.ts'
import type { ScenarioSource } from '../../mocks/load/scenario-source.ts'
import { totalCoverage } from '../../mocks/verdict/coverage/coverage.ts'
import { createMeter } from '../../mocks/verdict/coverage/meter.ts'

test('how to cover a gap is computed once, at the first gap', () => {
  const library = createLibrary()
  const vendors = new Map([['seek', library.vendor('seek')]])
  let looks = 0
  const source: ScenarioSource = {
    tools: library.tools,
    scenarioGrammar: () => library.scenarioGrammar(),
    scenarioNames: () => (looks++, library.scenarioNames()),
    scenario: (name, from) => library.scenario(name, from),
  }
  const remedies = createRemedies(source, vendors)
  const none = totalCoverage(createMeter(vendors, new Map()).read())
  const gaps = totalCoverage(createMeter(vendors, new Map([['seek', new Set(['getMe'])]])).read())
  expect([remedies(none), looks]).toEqual([none, 0])
  const found = remedies(gaps)
  const after = looks
  expect(found.vendors[0]!.subjects.find(({ name }) => name === 'getMe')!.cells[1]!.add).toBe('seek/key-expired')
  expect([remedies(gaps), looks]).toEqual([found, after])
})
