import { eventually } from './server.ts'

/** A body that is read while it comes. */
export interface Followed {
  /** What has come so far. */
  readonly text: () => string
  /** Resolves when it has come to this text, exactly; says what came else. */
  readonly is: (text: string) => Promise<void>
  /** Resolves with the whole text at its end; `broken` names what ended it, where that was no orderly end. */
  readonly end: Promise<{ readonly text: string; readonly broken: string | undefined }>
  readonly cancel: () => Promise<void>
}

export function follow(response: Response): Followed {
  const reader = response.body!.getReader()
  const decoder = new TextDecoder()
  let text = ''
  const read = async (): Promise<{ text: string; broken: string | undefined }> => {
    try {
      for (let piece = await reader.read(); !piece.done; piece = await reader.read()) {
        text += decoder.decode(piece.value as Uint8Array, { stream: true })
      }
      return { text, broken: undefined }
    } catch (error) {
      const { cause, name } = error as Error
      return {
        text,
        broken:
          (cause as { code?: string; name?: string } | undefined)?.code ?? (cause as Error | undefined)?.name ?? name,
      }
    }
  }
  return {
    text: () => text,
    is: async (wanted) => {
      try {
        await eventually(() => text === wanted)
      } catch {
        throw new Error(`It never came to be:\n${wanted}\nbut:\n${text}`)
      }
    },
    end: read(),
    cancel: () => reader.cancel(),
  }
}
