import { takesText, takesTextAlone, typed } from '../codec/read-text.ts'
import { LIST, MAP, NULL, type Shape, TEXT } from '../codec/value-shape.ts'
import { DEEPEST, TooDeep } from '../read/nesting.ts'
import { isWrapped, itemName, xmlHint, xmlKind } from './xml-hints.ts'

/** Parses XML into its root element; throws where it is not well-formed. */
export type ParseXml = (text: string) => XmlElement

/** An element as the library returns it. */
export interface XmlElement {
  readonly name: string
  readonly attributes: Readonly<Record<string, string>>
  /** Elements, texts, and ignored nodes such as comments. */
  readonly children: ReadonlyArray<XmlElement | { readonly text?: string }>
}

/**
 * Reads XML by the `xml` hints of a schema; the inverse of `writeXml`. Name prefixes are ignored.
 *
 * @throws Error for what is not well-formed
 *
 * @example
 * readXml('<Pet id="1"><tag>a</tag></Pet>', shape, parse)
 * //=> { id: 1, tag: ['a'] }
 */
export function readXml(text: string, shape: Shape, parse: ParseXml): unknown {
  return valueOf(parse(text), shape, 0)
}

function valueOf(element: XmlElement, shape: Shape, depth: number): unknown {
  if (depth > DEEPEST) throw new TooDeep()
  const elements = elementsOf(element)
  if (shape.takes(NULL) && isNil(element)) return null
  if (shape.isOpen) return elements.length === 0 ? textOf(element) : objectOf(element, shape, depth)
  if (shape.takes(LIST) && !shape.takes(MAP)) return elements.map((entry) => valueOf(entry, shape.items, depth + 1))
  if (takesTextAlone(shape) || (takesText(shape) && elements.length === 0)) {
    const own = textOf(element)
    return typed(shape, shape.takes(TEXT) ? own : own.trim(), 'types')
  }
  return objectOf(element, shape, depth)
}

function objectOf(element: XmlElement, shape: Shape, depth: number): Record<string, unknown> {
  const values = new Map<string, unknown>()
  const read = new Set<XmlElement>()
  const elements = elementsOf(element)
  for (const name of shape.names) {
    const own = shape.property(name)
    const called = xmlHint(own, 'name') ?? name
    const kind = xmlKind(own)
    if (kind === 'text') values.set(name, typed(own, textOf(element), 'types'))
    else if (kind === 'attribute') {
      const value = attributeOf(element, called)
      if (value !== undefined) values.set(name, typed(own, value, 'types'))
    } else {
      const isBare = own.takes(LIST) && !own.isOpen && !isWrapped(own)
      const wanted = isBare ? itemName(own, name) : called
      const found = elements.filter((child) => localName(child.name) === localName(wanted))
      if (found.length === 0) continue
      for (const child of found) read.add(child)
      const value = isBare
        ? found.map((child) => valueOf(child, own.items, depth + 1))
        : valueOf(found[0]!, own, depth + 1)
      values.set(name, value)
    }
  }
  const others = Map.groupBy(
    elements.filter((child) => !read.has(child)),
    (child) => localName(child.name),
  )
  for (const [name, found] of others) {
    const list = found.map((child) => valueOf(child, shape.property(name), depth + 1))
    if (!values.has(name)) values.set(name, list.length === 1 ? list[0] : list)
  }
  return Object.fromEntries(values)
}

function elementsOf({ children }: XmlElement): readonly XmlElement[] {
  return children.filter((child) => 'children' in child)
}

function textOf({ children }: XmlElement): string {
  return children.map((child) => ('children' in child ? '' : (child.text ?? ''))).join('')
}

function attributeOf({ attributes }: XmlElement, name: string): string | undefined {
  if (Object.hasOwn(attributes, name)) return attributes[name]
  return Object.entries(attributes).find(([key]) => key.includes(':') && localName(key) === name)?.[1]
}

function isNil({ attributes }: XmlElement): boolean {
  return Object.entries(attributes).some(([name, value]) => localName(name) === 'nil' && value === 'true')
}

function localName(name: string): string {
  return name.slice(name.indexOf(':') + 1)
}
