/* `sparring help` explains them. */

export const PROBLEMS = 1
export const USAGE = 2
/** Of `exec`, as `env`, `timeout` and `docker run` have it: the wrapper itself has failed, not what it runs. */
export const WRAPPER_FAILED = 125
