import { capitalized } from '../../state/printable.ts'
import { deref } from '../references/deref.ts'
import { asRecord, entriesOf, type Raw, asString, asList } from '../values/is-record.ts'
import { anchorOf, Html, html, inline, type Part, prose } from './html.ts'
import { answerSection, type Listed, operationSection } from './page-operation.ts'
import { propertyTable, typeWords } from './page-schema.ts'

/**
 * A page that documents an API, made from its document: servers, authentication, operations by tag, webhooks and
 * schemas. It is self-contained: it loads and runs nothing, and escapes all text of the document.
 *
 * @param isMethod - whether a key of a path item is a method, in lower case
 */
export function referencePage(document: Raw, isMethod: (key: string) => boolean): string {
  const info = asRecord(document['info'])
  const title = asString(info['title']) ?? 'API'
  const operations = operationsIn(document, 'paths', isMethod)
  const webhooks = operationsIn(document, 'webhooks', isMethod)
  const groups = byTag(document, operations)
  if (webhooks.length > 0) groups.push({ name: 'Webhooks', description: undefined, operations: webhooks })
  const page = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'" />
        <title>${title}</title>
        <style>
          ${STYLE}
        </style>
      </head>
      <body>
        <h1>${title} <small>${asString(info['version'])}</small></h1>
        ${prose(info['summary'])}${prose(info['description'])}${servers(document)}${authentication(document)}
        <nav>
          <h2>Operations</h2>
          ${groups.map(contents)}
        </nav>
        ${groups.map(
          (group) =>
            html`<h2>${group.name}</h2>
              ${prose(group.description)}${group.operations.map((operation) => operationSection(document, operation))}`,
        )}${responses(document)}${schemas(document)}
      </body>
    </html> `
  return page.text
}

const STYLE = new Html(`
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif }
body { margin: 2rem auto; max-width: 60rem; padding: 0 1rem }
section { border-top: 1px solid #8886; margin-top: 2rem }
table { border-collapse: collapse; margin: .5rem 0; width: 100% }
td { border: 1px solid #8886; padding: .25rem .5rem; vertical-align: top }
pre { background: #8882; overflow: auto; padding: .5rem }
figure { margin: .5rem 0 }
small, figcaption { opacity: .7 }
.method { font-weight: bold }
`)

interface Group {
  readonly name: string
  readonly description: unknown
  readonly operations: readonly Listed[]
}

function operationsIn(document: Raw, key: string, isMethod: (key: string) => boolean): Listed[] {
  return entriesOf(document[key]).flatMap(([path, raw]) => {
    const item = deref(document, raw).node
    const shared = asList(item['parameters'])
    const all = [...entriesOf(item).filter(([method]) => isMethod(method)), ...entriesOf(item['additionalOperations'])]
    return all.map(([method, node]) => ({
      method: method.toUpperCase(),
      path,
      node: asRecord(node),
      shared,
      anchor: anchorOf(`${key}-${method}`, path),
    }))
  })
}

/** Groups by first tag, in the document's order of tags; untagged operations come last. */
function byTag(document: Raw, operations: readonly Listed[]): Group[] {
  const tagOf = ({ node }: Listed): string => String(asList(node['tags'])[0] ?? '')
  const declared = asList(document['tags']).map(asRecord)
  const used = operations.map(tagOf)
  const names = new Set([...declared.map((tag) => String(tag['name'])), ...used.filter((name) => name !== ''), ''])
  return [...names].flatMap((name) => {
    const found = operations.filter((operation) => tagOf(operation) === name)
    const description = declared.find((tag) => tag['name'] === name)?.['description']
    return found.length === 0 ? [] : [{ name: name === '' ? 'Other operations' : name, description, operations: found }]
  })
}

function contents({ name, operations }: Group): Html {
  const links = operations.map(
    ({ anchor, method, path, node }) =>
      html`<li>
        <a href="#${anchor}"><span class="method">${method}</span> <code>${path}</code></a> ${inline(node['summary'])}
      </li> `,
  )
  return html`<h3>${name}</h3>
    <ul>
      ${links}
    </ul> `
}

function servers(document: Raw): Part {
  const all = asList(document['servers']).map(asRecord)
  if (all.length === 0) return undefined
  return html`<h2>Servers</h2>
    <ul>
      ${all.map(({ url, description }) => html`<li><code>${asString(url)}</code> ${inline(description)}</li> `)}
    </ul> `
}

function authentication(document: Raw): Part {
  const schemes = entriesOf(asRecord(document['components'])['securitySchemes'])
  if (schemes.length === 0) return undefined
  const rows = schemes.map(([name, raw]) => {
    const scheme = deref(document, raw).node
    return html`<tr>
      <td><code>${name}</code></td>
      <td>${wayIn(scheme)}</td>
      <td>${inline(scheme['description'])}</td>
    </tr> `
  })
  return html`<h2>Authentication</h2>
    <table>
      ${rows}
    </table> `
}

function wayIn(scheme: Raw): Part {
  const kind = asString(scheme['type'])
  if (kind === 'apiKey') return html`${asString(scheme['in'])} <code>${asString(scheme['name'])}</code>`
  if (kind === 'http')
    return html`header <code>Authorization: ${capitalized(asString(scheme['scheme']) ?? '')} …</code>`
  if (kind === 'oauth2' || kind === 'openIdConnect')
    return html`header <code>Authorization: Bearer …</code>, a token of
      ${kind === 'oauth2' ? 'OAuth 2' : 'OpenID Connect'}`
  return kind
}

/** Shared answers appear once. */
function responses(document: Raw): Part {
  const all = entriesOf(asRecord(document['components'])['responses'])
  if (all.length === 0) return undefined
  const sections = all.map(
    ([name, response]) =>
      html`<section id="${anchorOf('response', name)}">
        <h3>${name}</h3>
        ${answerSection(document, asRecord(response))}
      </section> `,
  )
  return html`<h2>Answers</h2>
    ${sections}`
}

function schemas(document: Raw): Part {
  const all = entriesOf(asRecord(document['components'])['schemas'])
  if (all.length === 0) return undefined
  const sections = all.map(([name, schema]) => {
    const { description } = asRecord(schema)
    return html`<section id="${anchorOf('schema', name)}">
      <h3>${name}</h3>
      ${prose(description)}
      <p>${typeWords(schema)}</p>
      ${propertyTable(schema)}
    </section> `
  })
  return html`<h2>Schemas</h2>
    ${sections}`
}
