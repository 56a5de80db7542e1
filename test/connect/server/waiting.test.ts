import { expect, test } from 'vitest'
import { WaitingList } from '../../../mocks/connect/server/answer/waiting.ts'

interface Named {
  readonly name: string
  place: number | undefined
}

const item = (name: string): Named => ({ name, place: undefined })
const names = (list: WaitingList<Named>): string[] => [...list].map(({ name }) => name).sort()

test('a waiting list has what was added and not removed, whatever the order of removal', () => {
  const list = new WaitingList<Named>()
  const [a, b, c, d] = [item('a'), item('b'), item('c'), item('d')]
  for (const one of [a, b, c, d]) list.add(one)
  list.delete(a)
  expect(names(list)).toEqual(['b', 'c', 'd'])
  list.delete(d)
  list.delete(b)
  expect(names(list)).toEqual(['c'])
  list.add(a)
  expect(names(list)).toEqual(['a', 'c'])
  list.delete(c)
  list.delete(a)
  expect(names(list)).toEqual([])
})

test('adding an item twice, or removing one that is not there, changes nothing', () => {
  const list = new WaitingList<Named>()
  const [a, b] = [item('a'), item('b')]
  list.add(a)
  list.add(a)
  list.delete(b)
  expect(names(list)).toEqual(['a'])
  list.delete(a)
  list.delete(a)
  list.add(b)
  list.delete(a)
  expect(names(list)).toEqual(['b'])
})
