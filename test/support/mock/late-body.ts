/** A request whose body comes only when `send` is called. */
export function lateRequest(request: Request, text: string): { readonly request: Request; readonly send: () => void } {
  let send = (): void => {}
  const body = new ReadableStream({
    start: (controller) => {
      send = () => {
        controller.enqueue(new TextEncoder().encode(text))
        controller.close()
      }
    },
  })
  const { url, method, headers } = request
  // `duplex` is missing in the types of `fetch`.
  const init: RequestInit & { readonly duplex: 'half' } = { method, headers, body, duplex: 'half' }
  return { request: new Request(url, init), send }
}
