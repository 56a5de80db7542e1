# For tests in a POSIX shell with curl: a server for the run, and a session for each test. Source it.

sparring=${SPARRING:-npx sparring}
work=$(mktemp -d)

# first FIELD: the first text of that name in JSON on stdin.
first() {
  grep -o "\"$1\":\"[^\"]*\"" | head -n 1 | cut -d '"' -f 4
}

# start_server VENDOR …: serves on a free port. The server ends with this shell, also when that is killed.
start_server() {
  # There before it is read.
  : >"$work/ready"
  $sparring serve "$@" --port 0 --frozen --json --stop-with-parent >>"$work/ready" &
  pid=$!
  while server=$(first url <"$work/ready") && test -z "$server"; do
    kill -0 "$pid" 2>/dev/null || { echo 'sparring has not started' >&2; exit 1; }
    sleep 0.1
  done
}

stop_server() {
  control POST /shutdown >/dev/null && wait "$pid"
  rm -r "$work"
}

# control METHOD PATH [BODY]: a call of the control API.
control() {
  curl --silent --show-error --noproxy '*' --request "$1" "$server/__sparring$2" \
    --header 'content-type: application/json' --data "${3:-"{}"}"
}

# open_session SCENARIO: an isolated session, with a URL and a key of its vendor.
open_session() {
  control POST /sessions "{\"scenario\":\"$1\"}" >"$work/session"
  session=$(first id <"$work/session")
  base=$(first url <"$work/session")
  key=$(first key <"$work/session")
  secret=$(first webhookSecret <"$work/session")
}

play() { control PUT "/scenario?session=$session" "{\"names\":\"$1\"}" >/dev/null; }

# advance DURATION: moves the clock; what falls due on the way happens, webhooks too.
advance() { control POST "/clock?session=$session" "{\"advance\":\"$1\"}" >/dev/null; }

send_webhooks_to() { control PUT "/target?session=$session" "{\"to\":\"$1\"}"; }

# close_session: ends it, and fails where the client broke a rule of the vendor.
close_session() {
  control DELETE "/sessions/$session" >"$work/report"
  grep -qE '"severity":"(error|warning)"' "$work/report" || return 0
  grep -o '"message":"[^"]*"' "$work/report" >&2
  return 1
}
