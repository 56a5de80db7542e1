/** Reads a text piece by piece, from its start on. */
export class Scanner {
  readonly text: string
  /** Where the next piece begins. */
  at = 0

  constructor(text: string) {
    this.text = text
  }

  /** The next piece, where it fits an expression with the `y` flag; undefined, and nothing is read, where it does not. */
  take(expression: RegExp): RegExpExecArray | undefined {
    expression.lastIndex = this.at
    const found = expression.exec(this.text) ?? undefined
    if (found) this.at += found[0].length
    return found
  }

  /** Whether the next piece is that one, which is read then. */
  eat(piece: string): boolean {
    if (!this.text.startsWith(piece, this.at)) return false
    this.at += piece.length
    return true
  }
}
