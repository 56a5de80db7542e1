import { randomUUID } from 'node:crypto'
import { appendFileSync } from 'node:fs'

/**
 * How an action and its runner speak to each other: inputs and state are variables, results are appended to files, and lines
 * on stdout that begin with `::` are commands.
 *
 * @see https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands
 */

/** The input as the workflow gave it, without blanks around it. */
export function input(name: string): string {
  return (process.env[`INPUT_${name.toUpperCase()}`] ?? '').trim()
}

/** The entries of an input that takes several. */
export function inputs(name: string): string[] {
  return input(name)
    .split(/[\s,]+/)
    .filter((entry) => entry !== '')
}

/** What main has saved for post. */
export function state(name: string): string | undefined {
  return process.env[`STATE_${name}`] || undefined
}

export const saveState = appender('GITHUB_STATE')
export const setOutput = appender('GITHUB_OUTPUT')
/** Sets a variable for all later steps. */
export const exportVariable = appender('GITHUB_ENV')

/** Keeps a value out of the log from now on. */
export function mask(value: string): void {
  console.log(`::add-mask::${escape(value)}`)
}

export function warn(message: string): void {
  console.log(`::warning title=sparring::${escape(message)}`)
}

/** Fails the step. */
export function fail(message: string): void {
  console.log(`::error title=sparring::${escape(message)}`)
  process.exitCode = 1
}

/** @throws Error outside of a runner */
export function required(variable: string): string {
  const value = process.env[variable]
  if (value !== undefined && value !== '') return value
  throw new Error(`${variable} is not set. A runner of GitHub Actions sets it.`)
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

function appender(variable: string): (name: string, value: string) => void {
  return (name, value) => {
    // No value can hold the end of itself.
    const end = `end_${randomUUID()}`
    appendFileSync(required(variable), `${name}<<${end}\n${value}\n${end}\n`)
  }
}

function escape(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A')
}
