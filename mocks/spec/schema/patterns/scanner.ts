/** Reads a text piece by piece. */
export class Scanner {
  readonly text: string
  /** The position of the next piece. */
  at = 0

  constructor(text: string) {
    this.text = text
  }

  /**
   * Consumes the next piece if it matches a sticky expression (`y` flag); otherwise consumes nothing and returns
   * undefined.
   */
  take(expression: RegExp): RegExpExecArray | undefined {
    expression.lastIndex = this.at
    const found = expression.exec(this.text) ?? undefined
    if (found) this.at += found[0].length
    return found
  }

  /** Consumes the given piece if it comes next. */
  eat(piece: string): boolean {
    if (!this.text.startsWith(piece, this.at)) return false
    this.at += piece.length
    return true
  }
}
