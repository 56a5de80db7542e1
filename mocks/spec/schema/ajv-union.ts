import type { CodeKeywordDefinition } from 'ajv/dist/2020.js'
import type { AjvKeyword, AjvParts } from './ajv-loader.ts'

/**
 * Makes `anyOf` and `oneOf` keywords that keep the errors of each branch apart. Ajv's own pour all branches into one
 * list, in which a reader cannot tell what to mend.
 */
export function unionKeyword(keyword: 'anyOf' | 'oneOf', { _, Name }: AjvParts): CodeKeywordDefinition {
  /**
   * What was looked at goes into variables here: where no branch passes Ajv would else forget what it knew before, or
   * write to a variable that there is not.
   */
  const declareEvaluated = ({ gen, it }: AjvKeyword): void => {
    if (it.props !== true && !(it.props instanceof Name)) {
      const names = Object.keys(it.props ?? {})
      const props = gen.var('props', _`{}`)
      for (const name of names) gen.assign(_`${props}[${name}]`, true)
      it.props = props
    }
    if (it.items !== true && !(it.items instanceof Name)) it.items = gen.var('items', _`${it.items ?? 0}`)
  }
  return {
    keyword,
    schemaType: 'array',
    trackErrors: true,
    error: {
      message: '',
      params: ({ params, schema }) =>
        _`{branches: ${params['branches']}, matches: ${params['matches']}, count: ${(schema as readonly unknown[]).length}}`,
    },
    code: (cxt: AjvKeyword) => {
      const { gen } = cxt
      declareEvaluated(cxt)
      const schemas: readonly unknown[] = cxt.schema as readonly unknown[]
      // Ajv's generated functions use these two names.
      const errors = new Name('errors')
      const list = new Name('vErrors')
      const matches = gen.let('matches', 0)
      const starts = schemas.map(() => gen.let('start', errors))
      const passes = gen.name('_valid')
      schemas.forEach((_schema, index) => {
        const check = (): void => {
          gen.assign(starts[index]!, errors)
          const branch = cxt.subschema({ keyword, schemaProp: index, compositeRule: true }, passes)
          gen.if(passes, () => {
            gen.assign(matches, _`${matches} + 1`)
            cxt.mergeEvaluated(branch, Name)
          })
        }
        // `unevaluatedProperties` needs what every branch of anyOf has looked at.
        if (keyword === 'anyOf' && !cxt.it.opts.unevaluated) gen.if(_`${matches} === 0`, check)
        else if (keyword === 'oneOf') gen.if(_`${matches} < 2`, check)
        else check()
      })
      const valid = gen.const('valid', keyword === 'oneOf' ? _`${matches} === 1` : _`${matches} > 0`)
      const branches = gen.let('branches', _`null`)
      gen.if(_`${matches} === 0 && ${list} !== null`, () => {
        const slices = starts.map((start, index) => _`${list}.slice(${start}, ${starts[index + 1] ?? errors})`)
        gen.assign(
          branches,
          slices.reduce((all, slice) => _`${all}.concat([${slice}])`, _`[]`),
        )
      })
      cxt.setParams({ branches, matches })
      cxt.reset()
      cxt.pass(valid)
    },
  }
}
