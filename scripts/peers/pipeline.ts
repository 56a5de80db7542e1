import { commandUnder } from './project.ts'

/**
 * Runs the steps of a CI pipeline: `exec`, a background server that is awaited and stopped by a call, answers as files,
 * and the package's action.
 */
const SCRIPT = `
set -e
stop() {
  node -e 'fetch(process.argv[1] + "/__sparring/shutdown", { method: "POST", headers: { "content-type": "application/json" } })' "$1"
}
export PATH="$PWD/node_modules/.bin:$PATH"
sparring exec seek --scenario seek/out-of-credits --quiet -- node -e '
  const { SPARRING_SEEK_URL: url, SEEKAPI_KEY: key } = process.env
  const body = JSON.stringify({ profile_url: "https://linkedin.com/in/example" })
  const headers = { "x-api-key": key, "content-type": "application/json" }
  const submit = () => fetch(url + "/v1/workers/linkedin-profile/jobs", { method: "POST", headers, body })
  submit().then(submit).then(submit).then(({ status }) => process.exit(status - 400))
' && code=0 || code=$?
echo "exec $code"
sparring serve seek --port 0 --json > ready.json &
server=$!
until url=$(node -p 'JSON.parse(fs.readFileSync("ready.json")).url' 2>/dev/null); do sleep 0.1; done
sparring wait "$url"
stop "$url"
wait $server && echo "serve $?"
sparring fixtures seek --out fixtures > said 2>&1 || cat said
sparring fixtures seek --out fixtures --check > said 2>&1 && echo "fixtures $?" || cat said
export RUNNER_TEMP="$PWD" GITHUB_OUTPUT="$PWD/output" GITHUB_ENV="$PWD/variables" GITHUB_STATE="$PWD/state"
rm -f output variables state
INPUT_VENDORS=seek node node_modules/sparring/action/dist/main.mjs | sed -n 's/ at .*//p'
stop "$(grep '^http' output)"
`

/** @throws Error when a command of the installed package differs from the page on CI */
export async function checkPipeline(folder: string, node: string): Promise<void> {
  const said = await commandUnder(node, folder, 'bash', '-c', SCRIPT)
  if (said !== 'exec 2\nserve 0\nfixtures 0\nsparring serves seek\n')
    throw new Error(
      `exec should have ended with 2, serve with 0, fixtures should be as written, and the action should have served seek:\n${said}`,
    )
}
