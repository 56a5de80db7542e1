import type { ParameterCodec } from './read-parameter.ts'
import { layoutOf } from './styles.ts'

/** Whether the path parameter's style puts a prefix before its value: `.5` in style `label`, `;id=5` in `matrix`. */
export function isMarked({ in: place, style, content }: ParameterCodec): boolean {
  return place === 'path' && content === undefined && (style === 'label' || style === 'matrix')
}

/** The path parameters without the prefixes of their styles. A segment without the prefix stays unchanged. */
export function plainParams(
  marked: readonly ParameterCodec[],
  params: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  const plain = { ...params }
  for (const parameter of marked) {
    const segment = plain[parameter.name]
    const mark = markOf(parameter)
    if (segment?.startsWith(mark)) plain[parameter.name] = segment.slice(mark.length)
  }
  return plain
}

function markOf(parameter: ParameterCodec): string {
  if (parameter.style === 'matrix') return `;${parameter.name}=`
  const layout = layoutOf(parameter)
  return layout.kind === 'packed' ? layout.prefix : ''
}
