/**
 * Stands in for the types of MSW where it is not installed, since it is optional. TypeScript asks a declaration whose name
 * is a pattern only after it has found no package; `ms*w` is the narrowest pattern that `msw` fits.
 */
declare module 'ms*w' {
  export interface HttpHandler {
    readonly info: { readonly header: string }
  }
}
