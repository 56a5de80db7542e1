/** Pages by topic. `test/docs/site.test.ts` checks that each page of `docs/` is here. */
export const SIDEBAR = [
  {
    text: 'Begin',
    items: [
      { text: 'Overview', link: '/' },
      { text: 'Testing a client', link: '/testing' },
      { text: 'Test runners', link: '/test-runners' },
      { text: 'In CI', link: '/ci' },
      { text: 'In a browser', link: '/browser' },
      { text: 'Any language', link: '/any-language' },
      { text: 'Clients with fixed addresses', link: '/intercept' },
      { text: 'Compared with other tools', link: '/comparison' },
      { text: 'What is not emulated', link: '/not-emulated' },
    ],
  },
  {
    text: 'Bad days',
    items: [
      { text: 'The scenario language', link: '/scenario-language' },
      { text: 'Faults and hostile answers', link: '/faults' },
      { text: 'Streams and long polls', link: '/streams' },
      { text: 'Webhooks', link: '/webhooks' },
      { text: 'Tokens', link: '/tokens' },
      { text: 'Waiting, batches and slots', link: '/waiting' },
    ],
  },
  {
    text: 'What the client did',
    items: [
      { text: 'Findings', link: '/findings' },
      { text: 'Answer coverage', link: '/coverage' },
      { text: 'Reports', link: '/reports' },
      { text: 'Fixtures', link: '/fixtures' },
    ],
  },
  {
    text: 'Vendors',
    items: [
      { text: 'Seal', link: '/vendors/seal' },
      { text: 'Seamless.AI', link: '/vendors/seamless' },
      { text: 'Seclai', link: '/vendors/seclai' },
      { text: 'Seek', link: '/vendors/seek' },
      { text: 'Sequentum', link: '/vendors/sequentum' },
      { text: 'Your own vendor', link: '/your-own-vendor' },
    ],
  },
  {
    text: 'Reference',
    items: [
      { text: 'The spec language', link: '/spec-language' },
      { text: 'What is read of OpenAPI', link: '/openapi' },
      { text: 'Dialects', link: '/dialects' },
      { text: 'The control API', link: '/control' },
      { text: 'Many replicas', link: '/scale' },
      { text: 'Coding agents', link: '/agents' },
      { text: 'Trust', link: '/trust' },
      { text: 'Performance', link: '/performance' },
      { text: 'Versions', link: '/versions' },
      { text: 'Glossary', link: '/glossary' },
      { text: 'Decisions', link: '/decisions/' },
    ],
  },
]
