import axios from 'axios'
import axiosRetry from 'axios-retry'
import { Agent, request, RetryAgent } from 'undici'
import { parsed, type Send } from './travel.ts'

/** Real ms after which a client of the corpus no longer waits for an answer: many of them share one machine. */
export const TIMEOUT_MS = 10_000

/** axios and axios-retry, as its README has them: three retries that wait exponentially longer. */
export function axiosClient(): Send {
  const client = axios.create({ timeout: TIMEOUT_MS, proxy: false })
  axiosRetry(client, { retries: 3, retryDelay: axiosRetry.exponentialDelay, shouldResetTimeout: true })
  return async ({ method, url, headers, body }) => {
    try {
      const { status, data } = await client.request<unknown>({ method, url, headers, data: body })
      return { status, body: data }
    } catch (error) {
      return axios.isAxiosError(error) && error.response
        ? { status: error.response.status, body: error.response.data as unknown }
        : undefined
    }
  }
}

/** undici's RetryAgent as it comes: five retries of idempotent methods, from half a second on, that obey Retry-After. */
export function undiciClient(): Send {
  const dispatcher = new RetryAgent(new Agent({ headersTimeout: TIMEOUT_MS, bodyTimeout: TIMEOUT_MS }))
  return async ({ method, url, headers, body }) => {
    try {
      const answer = await request(url, { dispatcher, method: method as 'GET', headers, body: body ?? null })
      return { status: answer.statusCode, body: parsed(await answer.body.text()) }
    } catch (error) {
      return error instanceof Error && 'statusCode' in error
        ? { status: Number(error.statusCode), body: undefined }
        : undefined
    }
  }
}

/** fetch, and nothing that tries again. */
export function plainClient(): Send {
  return async ({ method, url, headers, body }) => {
    try {
      const answer = await fetch(url, {
        method,
        headers,
        ...(body !== undefined && { body }),
        redirect: 'manual',
        signal: AbortSignal.timeout(TIMEOUT_MS),
      })
      return { status: answer.status, body: parsed(await answer.text()) }
    } catch {
      return undefined
    }
  }
}
