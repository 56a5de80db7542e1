import { existsSync, statSync } from 'node:fs'
import { join, posix } from 'node:path'
import type { MarkdownRenderer } from 'vitepress'

/** Pages link to files of the repository, such as examples and schemas: the site contains copies of them. */
export interface Links {
  readonly plugin: (markdown: MarkdownRenderer) => void
  /** The files that were linked, from the root of the repository. */
  readonly files: () => Iterable<string>
}

/** @param root - of the repository */
export function createLinks(root: string): Links {
  const files = new Set<string>()
  return {
    files: () => files,
    plugin: (markdown) => {
      markdown.core.ruler.push('files-of-the-repository', ({ tokens, env }) => {
        const { path: shown, realPath: path = shown } = env as { readonly path: string; readonly realPath?: string }
        const folder = posix.dirname(path.slice(root.length))
        for (const token of tokens.flatMap(({ children }) => children ?? [])) {
          const href = token.type === 'link_open' ? token.attrGet('href') : null
          if (href === null || /^(?:[a-z]+:|#|\/)/.test(href)) continue
          const [, target = '', anchor = ''] = /^([^#]*)(.*)$/.exec(href)!
          const file = posix.join(folder, target)
          if (!existsSync(join(root, file))) throw new Error(`${path}: the link "${href}" leads nowhere.`)
          const page = pageOf(file)
          if (page !== undefined) {
            token.attrSet('href', page + anchor)
            continue
          }
          files.add(file)
          const isFolder = statSync(join(root, file)).isDirectory()
          token.attrSet('href', `/files/${file}${isFolder && !file.endsWith('/') ? '/' : ''}`)
          // Not a page: the browser opens it as it is.
          token.attrSet('target', '_self')
        }
      })
    },
  }
}

/** Path of a file's page in the site; VitePress checks links between pages. */
function pageOf(file: string): string | undefined {
  const [, folder, name] = /^(docs|decisions)\/(.+)\.md$/.exec(file) ?? []
  if (folder === undefined) return undefined
  return `/${folder === 'docs' ? '' : 'decisions/'}${name === 'README' ? '' : name}`
}
