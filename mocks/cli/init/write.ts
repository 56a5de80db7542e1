import { Document as Yaml, isCollection, isMap, isPair, isScalar, type Node, visit } from 'yaml'
import { type Action, firstLines, type Found } from './sketch.ts'

/** The comment above each keyword at the root. */
const ABOUT: Readonly<Record<string, string>> = {
  authenticate: 'What keys look like, and what refuses a bad one. A format makes the mock strict: format: "acme_{tag}"',
  plans: 'Numbers that differ from plan to plan; values read them as {$plan.<name>}.',
  accounts: 'Who calls. A scenario changes this too: accounts: { default: { credits: 0 } }',
  limits: 'How many requests pass. Algorithms: fixed-window, sliding-window, token-bucket, concurrency.',
  headers: 'Headers that many answers carry.',
  collections: 'Things that are listed, read and written, by the path parameter that names them.',
  webhooks:
    'What the vendor sends by itself. Signed: sign: { header: X-Signature, algorithm: hmac-sha256 }; sent again: retry: [10s, 1m]',
  idempotency: 'Idempotency keys: a repeated request gets the first answer again.',
  triggers: 'Values in a request that bring about an answer, or the end of a job.',
  jobs: 'Work that goes on after its answer: its states, how long each lasts, what comes next.',
}

/** Content of a file without guesses, so that it can be loaded and shows where to write. */
const NOTHING = [
  'Nothing was guessed. What could stand under x-mock, for instance:',
  '  limits: [{ name: requests, algorithm: fixed-window, limit: 60, window: 1m, refuse: TooManyRequests }]',
  'where TooManyRequests is one of components.responses.',
]

/** A map or list narrower than this is written on one line. */
const WIDE = 100

/** The text of a sidecar: YAML with a comment at each part that a user may want to change. */
export function writeSidecar(title: string, document: string, found: Required<Found>): string {
  const { root, actions, open } = found
  const hasRoot = Object.keys(root).length > 0
  const isEmpty = !hasRoot && actions.length === 0
  const all: readonly Action[] = [
    ...(hasRoot || isEmpty ? [{ target: '$', update: { 'x-mock': root }, ...(isEmpty && { about: NOTHING }) }] : []),
    ...actions,
  ]
  const yaml = new Yaml(
    {
      overlay: '1.1.0',
      info: { title, version: '1' },
      extends: document,
      actions: all.map((action) => ({ ...action, about: undefined, path: undefined })),
    },
    { aliasDuplicateObjects: false, keepUndefined: false },
  )
  yaml.commentBefore = [
    ` How the mock of ${document} behaves; the document itself stays as the vendor wrote it.`,
    ' Written by "sparring init" from what the document shows, and yours to edit: whatever is guessed says so',
    ' under x-mock-assumed. Remove that line when you know the fact. All keywords: docs/spec-language.md',
    ...(open.length > 0 ? ['', ' Not guessed:', ...firstLines(open).map((text) => ` - ${text}`)] : []),
  ].join('\n')
  all.forEach(({ about }, index) => {
    const node = yaml.getIn(['actions', index]) as Node
    if (about) node.commentBefore = about.map((line) => ` ${line}`).join('\n')
    if (index > 0) node.spaceBefore = true
  })
  const mock = yaml.getIn(['actions', 0, 'update', 'x-mock'])
  if (isMap(mock) && hasRoot) {
    mock.items.forEach((pair, index) => {
      const name = isScalar(pair.key) ? String(pair.key.value) : ''
      if (!isScalar(pair.key)) return
      if (ABOUT[name] !== undefined) pair.key.commentBefore = ` ${ABOUT[name]}`
      if (index > 0) pair.key.spaceBefore = true
    })
  }
  flatten(yaml)
  return yaml.toString({ lineWidth: 0, flowCollectionPadding: true, singleQuote: true })
}

/** Puts short values without comments on one line. */
function flatten(yaml: Yaml): void {
  visit(yaml, {
    Collection(_, node, path) {
      const depth = path.filter((step) => isPair(step) || isCollection(step)).length
      const parent = path.at(-1)
      const isRoot = parent === undefined || path.length <= 1
      const text = JSON.stringify(node.toJSON())
      if (isRoot || text.length + depth > WIDE || hasComment(node)) return
      const key = isPair(parent) && isScalar(parent.key) ? String(parent.key.value) : ''
      const above = path.at(-2)
      const isAction = isPair(above) && isScalar(above.key) && above.key.value === 'actions'
      if (isAction || key === 'actions' || key === 'limits' || text.includes('x-mock-assumed')) return
      ;(node as { flow?: boolean }).flow = true
    },
  })
}

function hasComment(node: Node): boolean {
  let found = false
  visit(node, {
    Node(_, inner) {
      if (inner.commentBefore) found = true
    },
  })
  return found
}
