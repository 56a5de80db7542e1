import { deref } from '../references/deref.ts'
import { asRecord, entriesOf, type Raw, asString, asList } from '../values/is-record.ts'
import { anchorOf, html, type Html, inline, type Part, prose } from './html.ts'
import { componentName, exampleSections, propertyTable, schemaCell, typeWords } from './page-schema.ts'

/** An operation of a document, or a webhook, with what its path shares. */
export interface Listed {
  readonly method: string
  /** A path, or the name of a webhook. */
  readonly path: string
  readonly node: Raw
  readonly shared: readonly unknown[]
  readonly anchor: string
}

/** The section of an operation: purpose, request and answers. */
export function operationSection(document: Raw, listed: Listed): Html {
  const { node, method, path, anchor, shared } = listed
  const own = asList(node['parameters'])
  const parameters = [...shared, ...own].map((parameter) => deref(document, parameter).node)
  const id = asString(node['operationId'])
  return html`<section id="${anchor}">
    <h3><span class="method">${method}</span> <code>${path}</code></h3>
    <p>
      <strong>${inline(node['summary'])}</strong>${id === undefined ? undefined : html` <small>${id}</small>`}${
        node['deprecated'] === true ? html` <small>deprecated</small>` : undefined
      }
    </p>
    ${prose(node['description'])}${securityLine(document, node)}${parameterTable(document, parameters)}${body(document, node)}${answers(document, node)}
  </section> `
}

function securityLine(document: Raw, node: Raw): Part {
  const alternatives = node['security'] ?? document['security']
  if (!Array.isArray(alternatives)) return undefined
  const names = alternatives.map((entry) => Object.keys(asRecord(entry)).join(' and '))
  if (names.every((name) => name === '')) return html`<p>Needs no key.</p> `
  const optional = names.includes('') ? ', or none' : ''
  return html`<p>Authentication: ${names.filter((name) => name !== '').join(', or ')}${optional}.</p> `
}

function parameterTable(document: Raw, parameters: readonly Raw[]): Part {
  const rows = parameters.map((parameter) => {
    const mark = parameter['required'] === true ? html` <small>required</small>` : undefined
    return html`<tr>
      <td><code>${asString(parameter['name'])}</code> <small>${asString(parameter['in'])}</small>${mark}</td>
      <td>${schemaCell(parameter['schema'])}</td>
      <td>${inline(parameter['description'])}${exampleSections(document, parameter)}</td>
    </tr> `
  })
  return rows.length === 0
    ? undefined
    : html`<h4>Parameters</h4>
        <table>
          ${rows}
        </table> `
}

function body(document: Raw, node: Raw): Part {
  const request = deref(document, node['requestBody']).node
  if (Object.keys(request).length === 0) return undefined
  const mark = request['required'] === true ? html` <small>required</small>` : undefined
  return html`<h4>Body${mark}</h4>
    ${prose(request['description'])}${contentOf(document, request)}`
}

function answers(document: Raw, node: Raw): Part {
  const all = entriesOf(node['responses']).map(([code, raw]) => {
    const shared = componentName('responses', asRecord(raw))
    const response = deref(document, raw).node
    if (shared !== undefined)
      return html`<p>
        <strong>${code}</strong>
        <a href="#${anchorOf('response', shared)}">${shared}</a> ${inline(response['description'])}
      </p> `
    return html`<p><strong>${code}</strong></p>
      ${answerSection(document, response)}`
  })
  return all.length === 0
    ? undefined
    : html`<h4>Answers</h4>
        ${all}`
}

/** An answer: its description, headers and bodies. */
export function answerSection(document: Raw, response: Raw): Part {
  const headers = entriesOf(response['headers']).map(([name, entry]) => {
    const header = deref(document, entry).node
    return html`<tr>
      <td><code>${name}</code></td>
      <td>${schemaCell(header['schema'])}</td>
      <td>${inline(header['description'])}</td>
    </tr> `
  })
  const table =
    headers.length === 0
      ? undefined
      : html`<table>
          ${headers}
        </table> `
  return [prose(response['description']), table, contentOf(document, response)]
}

function contentOf(document: Raw, holder: Raw): Part[] {
  return entriesOf(holder['content']).map(([mediaType, raw]) => {
    const media = deref(document, raw).node
    const schema = media['schema'] ?? media['itemSchema']
    return html`<p><code>${mediaType}</code>: ${typeWords(schema)}</p>
      ${propertyTable(schema)}${exampleSections(document, media)}`
  })
}
