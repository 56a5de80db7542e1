/**
 * Replaces the types of MSW where it is not installed, since it is optional. TypeScript uses a declaration with a
 * pattern as its name only if it has found no package; `ms*w` is the narrowest pattern that `msw` fits.
 */
declare module 'ms*w' {
  export interface HttpHandler {
    readonly info: { readonly header: string }
  }
}
