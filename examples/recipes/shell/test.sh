#!/bin/sh
# sh test.sh
cd "$(dirname "$0")" || exit 1
. ./sparring.sh
failed=''
profiles='https://linkedin.com/in/one https://linkedin.com/in/two https://linkedin.com/in/three https://linkedin.com/in/four'

# run TEST: in its own session.
run() {
  open_session seek/happy-path
  "$1"
  passed=$?
  close_session && test "$passed" -eq 0 && echo "ok $1" && return
  echo "not ok $1"
  failed="$failed $1"
}

client() { SEEK_URL=$base SEEKAPI_KEY=$key sh ./client.sh "$@"; }

submits_a_job_for_each_profile() {
  test "$(client $profiles | wc -l)" -eq 4
}

# A client that went on after the 402 would pass here, and fail when the session is closed.
stops_when_the_credits_are_used_up() {
  play seek/out-of-credits
  client $profiles >/dev/null
  test $? -eq 3
}

takes_webhooks_with_a_good_signature_only() {
  : >"$work/received"
  node receiver.mjs "$secret" >>"$work/received" &
  receiver=$!
  while ! test -s "$work/received"; do sleep 0.1; done
  send_webhooks_to "http://127.0.0.1:$(cat "$work/received")"
  client https://linkedin.com/in/one >/dev/null
  advance 10s
  play seek/webhook-forged-signature
  control POST "/webhooks?session=$session" '{"vendor":"seek","webhook":"jobFinished"}' >/dev/null
  kill "$receiver"
  test "$(tail -n +2 "$work/received" | tr '\n' ' ')" = 'job.completed forged '
}

start_server seek
run submits_a_job_for_each_profile
run stops_when_the_credits_are_used_up
run takes_webhooks_with_a_good_signature_only
stop_server
test -z "$failed" || { echo "failed:$failed" >&2; exit 1; }
