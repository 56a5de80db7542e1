import { spawnSync } from 'node:child_process'
import { expect, test } from 'vitest'
import { project, type Ran, sparring } from '../../support/processes/cli.ts'
import { temporary } from '../../support/processes/temporary.ts'

const has = (program: string, flag: string): boolean => spawnSync(program, [flag]).status === 0

const URL_OF_ME = `https://api.seek-api.com/v1/me`

const JAVA = `
import java.net.URI;
import java.net.http.*;
public class Client {
  public static void main(String[] args) throws Exception {
    var request = HttpRequest.newBuilder(URI.create("${URL_OF_ME}")).header("x-api-key", "sk_live_any").build();
    var answer = HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
    System.out.println("java " + answer.statusCode() + " " + answer.version());
  }
}
`

const GO = `package main

import ("fmt"; "net/http")

func main() {
  request, _ := http.NewRequest("GET", "${URL_OF_ME}", nil)
  request.Header.Set("x-api-key", "sk_live_any")
  answer, err := http.DefaultClient.Do(request)
  if err != nil { panic(err) }
  fmt.Println("go", answer.StatusCode)
}
`

/** The second time with the checks that Python makes from 3.13 on. */
const PYTHON = `
import ssl, urllib.request
strict = ssl.create_default_context()
strict.verify_flags |= ssl.VERIFY_X509_STRICT
for context in [None, strict]:
    request = urllib.request.Request("${URL_OF_ME}", headers={"x-api-key": "sk_live_any"})
    print("python", urllib.request.urlopen(request, context=context).status)
`

/** Go of other systems asks the system alone whom to trust. */
const CLIENTS = {
  curl:
    has('curl', '--version') &&
    `curl -sS -o me.json -w 'curl %{http_code} %{http_version}\\n' -H 'x-api-key: sk_live_any' ${URL_OF_ME}`,
  python: has('python3', '--version') && 'python3 client.py',
  java: has('java', '-version') && 'java Client.java',
  go: process.platform === 'linux' && has('go', 'version') && 'go run main.go',
}

let others: Promise<Ran> | undefined

/** What clients in other languages print, all beside one server. */
async function printedBy(client: keyof typeof CLIENTS): Promise<readonly string[]> {
  const cwd = project({ 'Client.java': JAVA, 'main.go': GO, 'client.py': PYTHON })
  const script = Object.values(CLIENTS)
    .filter((line) => line !== false)
    .join('\n')
  others ??= sparring(['exec', 'seek', '--intercept', '--', 'sh', '-c', script], { cwd, env: temporary().env })
  const { out } = await others
  return out.split('\n').filter((line) => line.startsWith(`${client} `))
}

for (const [client, title, printed] of [
  ['curl', 'curl keeps the URL of the vendor', ['curl 200 1.1']],
  [
    'python',
    "Python's standard library keeps the URL of the vendor, with strict checks too",
    ['python 200', 'python 200'],
  ],
  ['java', "Java's own client keeps the URL of the vendor", ['java 200 HTTP_1_1']],
  ['go', "Go's own client keeps the URL of the vendor", ['go 200']],
] as const) {
  test.skipIf(!CLIENTS[client])(
    title,
    async () => {
      expect(await printedBy(client)).toEqual(printed)
    },
    120_000,
  )
}
