import { connect, type Socket } from 'node:net'

/** Sends at a steady rate, whether answers come or not, in a process of its own: `steady.ts JSON` prints latencies in ms. */
interface Steady {
  readonly port: number
  readonly request: string
  readonly connections: number
  /** Requests a second. */
  readonly rate: number
  /** ms. */
  readonly duration: number
}

/** Measured from the instant at which a request was to be sent: what waits behind a slow answer is late too. */
const { port, request, connections, rate, duration } = JSON.parse(process.argv[2]!) as Steady
const latencies: number[] = []
const free: Socket[] = []
const waiting: number[] = []

const sockets = await Promise.all(
  Array.from({ length: connections }, () => {
    return new Promise<Socket>((resolve, reject) => {
      const socket = connect(port, '127.0.0.1', () => resolve(socket))
      socket.setNoDelay(true)
      socket.once('error', reject)
    })
  }),
)
for (const socket of sockets) {
  free.push(socket)
  socket.on('data', () => {
    latencies.push(performance.now() - due.get(socket)!)
    const next = waiting.shift()
    if (next === undefined) free.push(socket)
    else send(socket, next)
  })
}
const due = new Map<Socket, number>()
const began = performance.now()
let sent = 0
let late = 0
await new Promise<void>((resolve) => {
  const step = (): void => {
    const now = performance.now()
    const wanted = Math.floor(((now - began) / 1000) * rate)
    if (wanted - sent > rate / 100) late++
    for (; sent < wanted; sent++) {
      const at = began + (sent / rate) * 1000
      const socket = free.pop()
      if (socket) send(socket, at)
      else waiting.push(at)
    }
    if (now - began < duration) setImmediate(step)
    else resolve()
  }
  step()
})
for (const socket of sockets) socket.destroy()
latencies.sort((left, right) => left - right)
const at = (part: number): number => latencies[Math.min(latencies.length - 1, Math.floor(latencies.length * part))]!
console.log(JSON.stringify({ p50: at(0.5), p99: at(0.99), count: latencies.length, late }))
process.exit()

function send(socket: Socket, at: number): void {
  due.set(socket, at)
  socket.write(request)
}
