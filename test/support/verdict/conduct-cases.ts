import type { Mock } from 'sparring'
import { expect, test } from 'vitest'
import { loadScenario } from '../../../mocks/load/files/scenario-chain.ts'
import { createLibrary } from '../../../mocks/load/library.ts'
import { frozenMock } from '../mock/mock.ts'
import { heldAgainst, unmet } from './held-against.ts'
import { GOOD, type Manners, QUITTER, STUBBORN } from './journey-client.ts'
import { scenariosOf } from './scenarios.ts'

/**
 * Cases that hold for a vendor: a good client meets what each scenario expects, and clients that repeat everything or
 * nothing do not.
 *
 * @param work - what a client of such manners does with the vendor
 * @param metByAll - scenarios whose expectations even those two meet
 */
export function testConduct(
  vendor: string,
  work: (mock: Mock, manners: Manners, scenario: string) => Promise<void>,
  metByAll: readonly string[],
): void {
  const scenarios = scenariosOf(vendor).map((name) => `${vendor}/${name}`)
  const play = async (scenario: string, manners: Manners): Promise<Mock> => {
    const mock = frozenMock({ vendors: [vendor], scenario, checkReplies: false })
    await work(mock, manners, scenario)
    return mock
  }

  test.each(scenarios)('a good client meets what %s expects', async (scenario) => {
    expect(heldAgainst(await play(scenario, GOOD))).toEqual([])
  })

  test('clients that repeat everything or nothing do not meet what scenarios expect', async () => {
    const isMetBy = async (scenario: string, manners: Manners): Promise<boolean> =>
      unmet(await play(scenario, manners)).length === 0
    const met: string[] = []
    for (const scenario of scenarios.filter(expectsSomething(vendor))) {
      // The one that repeats everything takes its time, and plays only what the other meets.
      if ((await isMetBy(scenario, QUITTER)) && (await isMetBy(scenario, STUBBORN))) met.push(scenario)
    }
    expect(met).toEqual(metByAll)
  })
}

function expectsSomething(vendor: string): (scenario: string) => boolean {
  const library = createLibrary()
  return (scenario) => {
    const { expect: expected } = loadScenario(library, scenario).parts.get(vendor) ?? {}
    return Array.isArray(expected) && expected.length > 0
  }
}
