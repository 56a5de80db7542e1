import { placeName } from '../../mocks/cli/check/place-name.ts'
import type { Library } from '../../mocks/load/library.ts'
import { asRecord } from '../../mocks/scenario/raw.ts'
import { dialectVendor } from '../../mocks/spec/model/dialects.ts'
import type { SourceMark, Vendor } from '../../mocks/spec/model/vendor.ts'
import { type Behaviour, behavioursOf, ORDER } from './behaviours.ts'
import { table } from './markdown.ts'

type Who = SourceMark['who']

/** A note on a place: why it is assumed, or which part of it another source states. */
interface Note {
  readonly pointer: string
  readonly text: string
}

/** One line of the table. */
export interface Stated {
  readonly group: string
  readonly name: string
  readonly about: string
  readonly who: Who
  readonly notes: readonly string[]
}

/** The source of each behaviour of a vendor, then of those of its dialects only. */
export function statedBy(library: Library, vendor: Vendor): Stated[] {
  const own = statedIn(library, vendor, new Set())
  const known = new Set(notesOf(vendor).map(keyOf))
  const dialects = (vendor.dialects?.names ?? []).slice(1).flatMap((dialect) => {
    const spoken = dialectVendor(vendor, dialect)
    const more = statedIn(library, spoken, known).filter(({ notes }) => notes.length > 0)
    // A dialect may build on another one, which already has the note.
    for (const note of notesOf(spoken)) known.add(keyOf(note))
    const overlay = asRecord(library.read(library.specOf(vendor).dialects.get(dialect)!).data)
    const who = (overlay['x-mock-source'] ?? 'document') as Who
    return [
      { group: 'Dialects', name: dialect, about: String(asRecord(overlay['info'])['title']), who, notes: [] },
      ...more.map((line) => ({ ...line, group: 'Dialects', name: line.name, about: `in \`${dialect}\`` })),
    ]
  })
  return [...own, ...dialects]
}

/** The part of a page on the sources of statements. */
export function statedPart(lines: readonly Stated[]): string[] {
  const of = (who: Who): number => lines.filter((line) => line.who === who).length
  return [
    '## Stated by whom',
    [
      `Of ${lines.length} behaviours the vendor's documents state ${of('document')}, only its clients ${of('client')}, and nobody ${of('assumed')}.`,
      'The notes say which part of a behaviour is stated otherwise, and what the mock had to decide where nobody states it.',
    ].join(' '),
    ...[...Map.groupBy(lines, ({ group }) => group)].flatMap(([group, rows]) => [
      `### ${group}`,
      table(
        ['behaviour', 'what', 'stated by', 'notes'],
        rows.map(({ name, about, who, notes }) => [`\`${name}\``, about, who, notes.join('<br>')]),
      ),
    ]),
  ]
}

/** @param known - notes elsewhere on the page */
function statedIn(library: Library, vendor: Vendor, known: ReadonlySet<string>): Stated[] {
  const document = asRecord(library.specOf(vendor).source.data)
  const behaviours = behavioursOf(vendor, document)
  const marks = new Map(
    vendor.sources().flatMap(({ pointer, who, part }) => (part === undefined ? [[pointer, who] as const] : [])),
  )
  const notes = Map.groupBy(
    notesOf(vendor).filter((note) => !known.has(keyOf(note))),
    ({ pointer }) => ownerOf(behaviours, pointer),
  )
  const lines = behaviours.map((behaviour) => ({
    group: behaviour.group,
    name: behaviour.name,
    about: behaviour.about,
    who:
      behaviour.places[0] === ORDER && vendor.assumptions().some(({ pointer }) => pointer === ORDER)
        ? 'assumed'
        : whoStates(marks, behaviour.places),
    notes: (notes.get(behaviour) ?? []).map((note) => {
      const place = behaviour.places.find((each) => isWithin(each, note.pointer))!
      const inside = placeName(document, note.pointer, place)
      return inside === '' ? note.text : `\`${inside}\`, ${note.text}`
    }),
  }))
  const others = Map.groupBy(notes.get(undefined) ?? [], ({ pointer }) => pointer)
  const fields = [...others].map(([pointer, own]) => ({
    group: 'Fields and parameters',
    name: placeName(document, pointer) || 'the document',
    about: '',
    who: whoStates(marks, [pointer]),
    notes: own.map(({ text }) => text),
  }))
  return [...lines, ...fields]
}

function notesOf(vendor: Vendor): Note[] {
  const parts = vendor
    .sources()
    .flatMap(({ pointer, who, part }) => (part === undefined ? [] : [{ pointer, text: `${who}: ${part}` }]))
  const reasons = vendor.assumptions().map(({ pointer, reason }) => ({ pointer, text: `assumed: ${reason}` }))
  return [...parts, ...reasons]
}

function keyOf({ pointer, text }: Note): string {
  return `${pointer} ${text}`
}

/** The narrowest behaviour that contains a place. */
function ownerOf(behaviours: readonly Behaviour[], pointer: string): Behaviour | undefined {
  let [owner, length] = [undefined as Behaviour | undefined, 0]
  for (const behaviour of behaviours) {
    for (const place of behaviour.places) {
      if (place.length > length && isWithin(place, pointer)) [owner, length] = [behaviour, place.length]
    }
  }
  return owner
}

function isWithin(place: string, pointer: string): boolean {
  return pointer === place || pointer.startsWith(`${place}/`)
}

/** The nearest mark at or around a place. */
function whoStates(marks: ReadonlyMap<string, Who>, places: readonly string[]): Who {
  for (const place of places) {
    for (let at = place; ; at = at.slice(0, at.lastIndexOf('/'))) {
      const who = marks.get(at)
      if (who !== undefined) return who
      if (at === '') break
    }
  }
  return 'document'
}
