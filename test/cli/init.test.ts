import { readFileSync } from 'node:fs'
import { createMock } from 'sparring'
import { describe, expect, test } from 'vitest'
import { pricesIn } from '../../mocks/cli/init/guess/prices.ts'
import { begin, beginFixture, command } from '../support/processes/init.ts'

describe('the written file', () => {
  test('a document that lets nothing guess gets a file that loads and shows what could stand there', async () => {
    const { document, text, out } = await beginFixture('bare')
    expect(text).toContain(`actions:
  # Nothing was guessed. What could stand under x-mock, for instance:
  #   limits: [{ name: requests, algorithm: fixed-window, limit: 60, window: 1m, refuse: TooManyRequests }]
  # where TooManyRequests is one of components.responses.
  - target: $
    update: { x-mock: {} }
`)
    expect(out).toContain('No 429 is documented, so nothing limits requests.')
    using mock = createMock({ vendors: [document] })
    expect((await mock.fetch('https://api.bare.example/predict', { method: 'POST' })).status).toBe(200)
  })

  test('the document is named behind the command, as build has it, or by --from', async () => {
    const { document } = await beginFixture('bare')
    expect((await command('init', '--from', document, '--force')).code).toBe(0)
    expect((await command('init', document, '--from', document, '--force')).code).toBe(0)
    expect(await command('init', document, '--from', 'other.yaml')).toMatchObject({
      code: 2,
      out: expect.stringContaining(`init writes for one document, and was given "${document}" and "other.yaml".`),
    })
  })
})

describe('jobs', () => {
  const statesOf = async (name: string) => {
    const { mock } = await beginFixture(name)
    return Object.values((mock['jobs'] ?? {}) as Record<string, { states: Record<string, unknown> }>).map(
      ({ states }) => states,
    )
  }

  test('a job is known by its states, whatever its start answers', async () => {
    expect(await statesOf('quick-start')).toEqual([
      {
        QUEUED: { for: '2s', then: 'RUNNING', on: { cancel: 'CANCELLED' } },
        RUNNING: { for: '5s', then: 'SUCCESS', or: ['FAILED'], on: { cancel: 'CANCELLED' } },
        SUCCESS: { final: true },
        FAILED: { final: true },
        CANCELLED: { final: true },
      },
    ])
    const { document } = await beginFixture('quick-start')
    using mock = createMock({ vendors: [document], clock: { frozen: true } })
    const base = 'https://api.job.example/batches'
    const send = async (path: string, method: string) => (await mock.fetch(base + path, { method })).json()
    const started = (await send('', 'POST')) as { id: string; status: string }
    expect(started.status).toBe('QUEUED')
    await mock.clock.advance('7s')
    expect(await send(`/${started.id}`, 'GET')).toEqual({ id: started.id, status: 'SUCCESS' })
    const { id } = (await send('', 'POST')) as { id: string }
    expect(await send(`/${id}/cancel`, 'POST')).toEqual({ id, status: 'CANCELLED' })
  })

  test('READY comes first where another word says clearly that all went well', async () => {
    expect(await statesOf('ready')).toEqual([
      {
        READY: { for: '2s', then: 'RUNNING' },
        RUNNING: { for: '5s', then: 'SUCCEEDED', or: ['FAILED'] },
        SUCCEEDED: { final: true },
        FAILED: { final: true },
      },
    ])
  })

  /** A document whose `/things` are started, read, and have a status. */
  const things = (status: string, more: { readonly input?: string; readonly name?: string } = {}) => `openapi: 3.1.0
info: { title: Things, version: '1' }
servers: [{ url: https://things.example }]
paths:
  /${more.name ?? 'things'}:
    post:
      operationId: make
      requestBody: { content: { application/json: { schema: { type: object, properties: { ${more.input ?? 'url'}: { type: string } } } } } }
      responses: { '200': &one { description: One., content: { application/json: { schema: { type: object, required: [id, status], properties: { id: { type: string }, status: ${status} } } } } } }
  /${more.name ?? 'things'}/{thing_id}:
    parameters: [{ name: thing_id, in: path, required: true, schema: { type: string } }]
    get: { operationId: read, responses: { '200': *one } }
`
  const wayOf = async (document: string) => {
    const { mock } = await begin(document)
    const [job] = Object.values((mock['jobs'] ?? {}) as Record<string, { states: Record<string, { for?: string }> }>)
    return job && Object.keys(job.states).join(' ')
  }

  test.for<[status: string, way: string | undefined]>([
    ['{ enum: [processing, ready, failed] }', 'processing ready failed'],
    ['{ enum: [pending, active, failed] }', 'pending active failed'],
    ['{ enum: [active, completed, expired] }', 'active completed expired'],
    ['{ enum: [validating, in_progress, finalizing, completed] }', 'validating in_progress finalizing completed'],
    ['{ enum: [scraping, completed, failed] }', 'scraping completed failed'],
    ['{ oneOf: [{ const: queued }, { const: running }, { const: done }] }', 'queued running done'],
    ["{ type: string, description: 'One of `queued`, `processing`, `done`.' }", 'queued processing done'],
    // Things with a status that nobody waits for.
    ['{ enum: [available, pending, sold] }', undefined],
    ['{ enum: [active, inactive] }', undefined],
    ['{ enum: [draft, published] }', undefined],
    ['{ enum: [pending, completed] }', undefined],
    ['{ enum: [enabled, disabled] }', undefined],
    ['{ type: string }', undefined],
    ['{ type: integer }', undefined],
  ])('a status %s goes %s', async ([status, way], { expect }) => {
    expect(await wayOf(things(status))).toBe(way)
  })

  test('a status that requests set, and a registration, are no jobs', async () => {
    const status = '{ enum: [pending, running, completed] }'
    expect(await wayOf(things(status))).toBe('pending running completed')
    expect(await wayOf(things(status, { input: 'status' }))).toBe(undefined)
    expect(await wayOf(things(status, { name: 'webhooks' }))).toBe(undefined)
    expect(await statesOf('hook')).toEqual([])
  })
})

describe('one parameter name for things of several kinds', () => {
  test('is resolved where it is used, in a few lines', async () => {
    const { text, document, overlay } = await beginFixture('shared-param')
    expect(text).not.toMatch(/copy:|remove:/)
    expect(text.split('\n').length).toBeLessThan(90)
    expect(overlay.actions.at(-2)).toEqual({
      target: "$.paths['/pets/{id}/photos', '/pets/{id}/history'].get",
      update: { 'x-mock': { resolve: { id: 'pets' }, 'x-mock-assumed': 'Its path goes on from that of the item.' } },
    })
    expect((await command('check', document)).out).toContain('no errors.')
    using mock = createMock({ vendors: [document], checkReplies: true })
    const status = async (path: string) => (await mock.fetch(`https://api.shared-param.example${path}`)).status
    expect(await Promise.all(['/pets/pet_1', '/shops/shop_1', '/pets/pet_1/photos'].map(status))).toEqual([
      200, 200, 200,
    ])
    expect(await Promise.all(['/pets/shop_1', '/shops/pet_1', '/pets/none/photos'].map(status))).toEqual([
      404, 404, 404,
    ])
  })
})

describe('credits', () => {
  test('a 402 on a call that answers at once is a charge', async () => {
    const { document, overlay, out, text } = await beginFixture('pay')
    expect(out).toContain('charge  1 for enrich; without, the 402')
    expect(overlay.actions.at(-1)).toEqual({
      target: "$.paths['/enrich'].get",
      update: {
        'x-mock': { charge: { credits: 1, 'x-mock-assumed': 'The document does not say what it costs.' } },
      },
    })
    expect(text).not.toMatch(/copy:|remove:/)
    using mock = createMock({ vendors: [document] })
    const status = async () => (await mock.fetch('https://api.pay.example/enrich')).status
    expect(await status()).toBe(200)
    mock.play([], { accounts: { default: { credits: 1 } } })
    expect([await status(), await status()]).toEqual([200, 402])
  })

  test.for<[text: string, credits: string]>([
    ['Each call costs 5 credits.', '5'],
    ['Uses one credit per match.', '1'],
    ['You are charged 2 credits for each successful request.', '2'],
    ['10 credits per page', '10'],
    ['1,500 credits are deducted.', '1500'],
    ['Costs 1 credit. Every call uses 1 credit.', '1'],
    ['It costs 1 credit, or costs 5 credits with stealth.', '1 5'],
    // Nothing that is sure.
    ['You get 100 credits.', ''],
    ['costs 1-5 credits', ''],
    ['costs 0 credits', ''],
    ['costs 0.5 credits', ''],
    ['credit cards are charged', ''],
  ])('"%s" prices a call at %s', ([text, credits], { expect }) => {
    expect(
      pricesIn(text)
        .map((price) => price.credits)
        .join(' '),
    ).toBe(credits)
  })

  const several = (more = '') => `openapi: 3.1.0
info: { title: Several, version: '1' }
servers: [{ url: https://several.example }]
paths:
  /match: { post: { operationId: match, description: 'Finds a person. Each call costs 3 credits. It is fast.', responses: { '200': &ok { description: Fine. }, '402': &poor { description: Out of credits. } } } }
  /search: { get: { operationId: search, description: It costs 1 credit or costs 2 credits., responses: { '200': *ok, '402': *poor } } }
  /credits: { get: { operationId: balance, responses: { '200': *ok, '402': *poor } } }
  /tokens: { get: { operationId: tokens, responses: { '200': *ok, '402': { description: The access token is invalid. } } } }
${more}`

  test('a price is read from the operation, reading a balance is free, and a 402 for tokens is no price', async () => {
    const { overlay, out } = await begin(several())
    const charges = overlay.actions.flatMap(({ target, update }) => {
      const charge = (update?.['x-mock'] as { charge?: unknown } | undefined)?.charge
      return charge ? [[target, charge]] : []
    })
    expect(charges).toEqual([
      ["$.paths['/match'].post", { credits: 3, 'x-mock-assumed': 'The document says "costs 3 credits".' }],
      [
        "$.paths['/search'].get",
        {
          credits: 1,
          'x-mock-assumed': 'The document says "costs 1 credit" and "costs 2 credits", but not when; this is a guess.',
        },
      ],
    ])
    expect(out).toContain('balance may answer 402 and does no paid work, so only a scenario can say when.')
    expect(out).toContain('tokens has a 402 that does not mention credits, so only a scenario can say when.')
  })

  test('--explain shows the sentence that a guess rests on, and where it stands', async () => {
    const { document } = await begin(several())
    const { out } = await command('init', document, '--force', '--explain')
    expect(out).toContain(`  charge  3 for match; without, the 402
      The document says "costs 3 credits".
      "Each call costs 3 credits."
      at ${document}:5:13
`)
  })

  test('--operations guesses about those alone, by id, tag, path, or their beginning', async () => {
    const { document } = await begin(several())
    const guessed = async (names: string) => {
      const { out } = await command('init', document, '--force', '--operations', names)
      return /charge {2}.*/g.exec(out)?.[0] ?? out
    }
    expect(await guessed('match')).toBe('charge  3 for match; without, the 402')
    expect(await guessed('/mat*, balance')).toBe('charge  3 for match; without, the 402')
    expect(await guessed('mtch')).toContain(
      '"mtch" is neither an operation nor a tag nor a path of the document. Did you mean "match"?',
    )
    const { mock } = await begin(
      readFileSync('test/fixtures/init/one-operation.yaml', 'utf8'),
      'vendor.yaml',
      '--operations',
      'heavy',
    )
    expect(mock['limits']).toMatchObject([{ limit: 3, on: ['heavy'] }])
  })
})

describe('lists', () => {
  const list = (parameters: string, fields: string) => `openapi: 3.1.0
info: { title: Lists, version: '1' }
servers: [{ url: https://lists.example }]
paths:
  /things:
    get: { operationId: listThings, parameters: [${parameters}], responses: { '200': { description: d, content: { application/json: { schema: { type: object, properties: { data: { type: array, items: &thing { type: object, required: [id], properties: { id: { type: string } } } }, ${fields} } } } } } } }
    post: { operationId: makeThing, responses: { '201': &one { description: d, content: { application/json: { schema: *thing } } } } }
  /things/{thing_id}:
    parameters: [{ name: thing_id, in: path, required: true, schema: { type: string } }]
    get: { operationId: getThing, responses: { '200': *one } }
`
  const query = (name: string, type = 'string') => `{ name: ${name}, in: query, schema: { type: ${type} } }`
  const begun = async (parameters: string, fields: string) => {
    const all = await begin(list(parameters, fields))
    const mock = all.overlay.actions.find(({ target }) => target === "$.paths['/things'].get")?.update?.['x-mock'] as {
      collection: { page?: object }
      body?: object
    }
    return { ...all, page: mock.collection.page, body: mock.body }
  }

  test('a cursor may be the key of an item', async () => {
    const parameters = [query('starting_after'), query('ending_before'), query('limit', 'integer')].join(', ')
    const { page, body, document, out } = await begun(
      parameters,
      'has_more: { type: boolean }, last_id: { type: string }',
    )
    expect(page).toEqual({ style: 'after', token: 'starting_after', before: 'ending_before', size: 'limit' })
    expect(body).toEqual({ '/has_more': '{$page.more}', '/last_id': '{$page.last}' })
    expect(out).toContain('listThings: things, by starting_after and ending_before and limit')
    using mock = createMock({ vendors: [document] })
    const answer = await mock.fetch('https://lists.example/things?limit=1')
    expect(await answer.json()).toEqual({ data: [{ id: 'thing_1' }], has_more: true, last_id: 'thing_1' })
  })

  test('a token is given out where the answer has a place for it', async () => {
    const parameters = [query('cursor'), query('limit', 'integer')].join(', ')
    const shown = await begun(parameters, "next_cursor: { type: [string, 'null'] }")
    expect(shown.page).toEqual({ style: 'cursor', token: 'cursor', size: 'limit' })
    expect(shown.body).toEqual({ '/next_cursor': '{$page.next}' })
    const hidden = await begun(parameters, 'count: { type: integer }')
    expect(hidden.page).toBe(undefined)
    expect(hidden.out).toContain('listThings is paged by a token; all items come at once.')
  })
})

test('no example is written for an error that shows its reason without one', async () => {
  const { text } = await begin(`openapi: 3.1.0
info: { title: Reasons, version: '1' }
paths:
  /a: { get: { operationId: a, responses: { '200': { description: d }, '422': { description: d, content: { application/json: { schema: { type: object, required: [message], properties: { message: { type: string } } } } } } } } }
`)
  expect(text).toContain('update: { x-mock: {} }')
})
