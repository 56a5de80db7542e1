import { cpSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { UserConfig } from 'vitepress'
import { createLinks } from './links.ts'
import { SIDEBAR } from './sidebar.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))
const out = join(root, '.site')
const links = createLinks(root)

/** The pages of `docs/` as a site; `npm run docs` builds it into `.site/`, and fails on a broken link. */
export const site: UserConfig = {
  title: 'sparring',
  description:
    'A sparring partner for API clients: it stands in for a vendor in tests and plays its bad days on demand.',
  lang: 'en',
  srcDir: root,
  outDir: out,
  cacheDir: join(root, 'node_modules/.cache/vitepress'),
  srcExclude: ['*.md', '.*/**', '{action,mocks,test,scripts,examples,specs,scenarios,bench,dist}/**'],
  rewrites: {
    'docs/README.md': 'index.md',
    'docs/:page': ':page',
    'docs/vendors/:page': 'vendors/:page',
    'decisions/README.md': 'decisions/index.md',
  },
  ignoreDeadLinks: false,
  cleanUrls: false,
  lastUpdated: false,
  themeConfig: {
    nav: [
      { text: 'Testing', link: '/testing' },
      { text: 'Your own vendor', link: '/your-own-vendor' },
      { text: 'Vendors', link: '/vendors/seek' },
    ],
    sidebar: SIDEBAR,
    outline: [2, 3],
    search: { provider: 'local' },
  },
  markdown: { config: (markdown) => void markdown.use(links.plugin) },
  buildEnd: () => {
    for (const file of links.files()) {
      const copy = join(out, 'files', file)
      mkdirSync(dirname(copy), { recursive: true })
      cpSync(join(root, file), copy, { recursive: true })
      if (statSync(copy).isDirectory()) writeFileSync(join(copy, 'index.html'), listOf(copy))
    }
  },
}

/** A page with links to the files of a folder, since a plain web server does not list folders. */
function listOf(folder: string): string {
  const rows = readdirSync(folder).map((name) => `<li><a href="${encodeURIComponent(name)}">${name}</a></li>`)
  return `<!doctype html><meta charset="utf-8"><title>${basename(folder)}</title><ul>${rows.join('')}</ul>`
}
