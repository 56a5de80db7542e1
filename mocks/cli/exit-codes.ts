/* `sparring help` explains them. */

export const PROBLEMS = 1
export const USAGE = 2
/** Of `exec --intercept`: the command has passed, and no request of it has come to the proxy. */
export const NOT_INTERCEPTED = 122
/** Of `exec`, as `env`, `timeout` and `docker run` have it: the wrapper itself has failed, not what it runs. */
export const WRAPPER_FAILED = 125
