import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { TIMEOUT_MS } from './clients.ts'
import { type Traveller, WIDTH } from './whole-catalogue.ts'

const SCRIPT = `${import.meta.dirname}/urllib3-client.py`

/** Whether this machine has python3 with a urllib3 whose `Retry` is that of today. */
export const hasUrllib3 =
  spawnSync('python3', ['-c', 'import urllib3; assert int(urllib3.__version__[0]) >= 2']).status === 0

/** urllib3 with the `Retry` of its documentation, in a process of its own. */
export const urllib3Client: Traveller = async (settings) => {
  const child = spawn('python3', [SCRIPT], { stdio: ['pipe', 'inherit', 'inherit'] })
  child.stdin.end(JSON.stringify({ settings, timeout: TIMEOUT_MS, width: WIDTH }))
  const [code] = (await once(child, 'exit')) as [number | null]
  if (code !== 0) throw new Error(`${SCRIPT} has failed with ${code}.`)
}
