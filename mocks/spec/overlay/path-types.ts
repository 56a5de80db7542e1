/** One place of a document and what stands there. */
export interface Node {
  readonly path: ReadonlyArray<string | number>
  readonly value: unknown
}

/** Segments after `$` or `@`. */
export interface Query {
  readonly segments: readonly Segment[]
}

export interface Segment {
  readonly kind: 'child' | 'descendant'
  readonly selectors: readonly Selector[]
  /** Where it stands in the text. */
  readonly start: number
  readonly end: number
}

export type Selector =
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'wildcard' }
  | { readonly kind: 'index'; readonly index: number }
  | {
      readonly kind: 'slice'
      readonly from: number | undefined
      readonly to: number | undefined
      readonly step: number
    }
  | { readonly kind: 'filter'; readonly test: Filter }

/** What stands behind `?`. */
export type Filter =
  | { readonly kind: 'or' | 'and'; readonly parts: readonly Filter[] }
  | { readonly kind: 'not'; readonly part: Filter }
  | { readonly kind: 'exists'; readonly query: FilterQuery }
  | {
      readonly kind: 'compare'
      readonly operator: Operator
      readonly left: Comparable
      readonly right: Comparable
    }
  | { readonly kind: 'call'; readonly call: Call }

export type Operator = '==' | '!=' | '<=' | '>=' | '<' | '>'

export interface FilterQuery extends Query {
  /** `$` is the document, `@` the node that is judged. */
  readonly from: '$' | '@'
}

export type Comparable =
  | { readonly kind: 'literal'; readonly value: string | number | boolean | null }
  | { readonly kind: 'query'; readonly query: FilterQuery }
  | { readonly kind: 'call'; readonly call: Call }

export interface Call {
  readonly name: FunctionName
  readonly arguments: readonly Comparable[]
}

export type FunctionName = 'length' | 'count' | 'value' | 'match' | 'search'
