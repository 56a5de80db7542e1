import { connect } from 'node:net'
import { submitJob } from './requests.ts'

/** Requests that are on their way at once on the one connection. */
const AHEAD = 64

/**
 * Starts jobs on a server, one request after the other without waiting for each answer.
 *
 * @returns the ids of all of them
 */
export function startJobs(port: number, count: number): Promise<string[]> {
  return new Promise((resolve, reject) => {
    const ids: string[] = []
    const socket = connect(port, '127.0.0.1')
    let rest = ''
    let sent = 0
    const send = (wanted: number): void => {
      const batch = Math.min(wanted, count - sent)
      sent += batch
      if (batch > 0) socket.write(submitJob.repeat(batch))
    }
    socket.on('error', reject)
    socket.on('close', () => reject(new Error(`The server has closed the connection after ${ids.length} jobs.`)))
    socket.on('connect', () => send(AHEAD))
    socket.on('data', (chunk) => {
      const text = rest + chunk.toString('latin1')
      const found = [...text.matchAll(/"job_uuid":"([^"]+)"/g)]
      rest = text.slice(found.length > 0 ? found.at(-1)!.index + found.at(-1)![0].length : 0).slice(-2000)
      for (const [, id] of found) ids.push(id!)
      if (ids.length < count) return send(found.length)
      resolve(ids)
      socket.end()
    })
  })
}
