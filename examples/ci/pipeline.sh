#!/bin/sh
# Runs the client in one scenario after the other, and compares how it ends. Any CI that has a shell can run this.
set -u
here=$(cd "$(dirname "$0")" && pwd)
failed=''

# Scenario and exit code that the client has to end with.
expect() {
  npx sparring exec seek --scenario "$1" -- node "$here/client.mts"
  code=$?
  echo "$1: exit code $code"
  test "$code" -eq "$2" || failed="$failed $1"
}

expect seek/happy-path 0
expect seek/out-of-credits 3
expect seek/job-fails 1

test -z "$failed" || { echo "not as expected:$failed" >&2; exit 1; }
