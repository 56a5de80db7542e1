/* `sparring help` explains them. */

export const PROBLEMS = 1
export const USAGE = 2
/** Of `exec --intercept`: the command has passed, but the proxy got no request of it. */
export const NOT_INTERCEPTED = 122
/** Of `exec`, as in `env`, `timeout` and `docker run`: the wrapper itself has failed, not the command. */
export const WRAPPER_FAILED = 125
