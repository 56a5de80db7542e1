import { expect, test } from 'vitest'
import { loadScenario } from '../../mocks/load/files/scenario-chain.ts'
import { createLibrary } from '../../mocks/load/library.ts'

test('scenarios of the package are not held against the grammar again, but by check', () => {
  const [proven, checked] = [createLibrary(), createLibrary({ checkOwn: true })]
  const names = [...proven.scenarioNames()]
  expect(names).toContain('seek/happy-path')
  for (const name of names) {
    expect(proven.scenario(name)!.isProven, name).toBe(true)
    expect(checked.scenario(name)!.isProven, name).toBe(false)
    expect(loadScenario(proven, name).parts, name).toEqual(loadScenario(checked, name).parts)
  }
})

test('a scenario of a project is held against the grammar', () => {
  const library = createLibrary({ scenarios: ['examples/acme/scenarios'] })
  expect(library.scenario('acme/happy-path')!.isProven).toBe(false)
})
