import type { Command, Flag } from './arguments.ts'
import { JSON_FLAG, SCENARIO } from './flags.ts'

/** Commands that control a running server. */

const URL_FLAG: Flag = {
  name: 'url',
  value: 'URL',
  about: 'the server (default: http://127.0.0.1:4010); exec sets its variable for the command that it runs',
}
const SESSION: Flag = { name: 'session', value: 'ID', about: 'the session (default: the default session)' }
const VENDOR: Flag = { name: 'vendor', value: 'NAME', about: 'of this vendor only' }

const play: Command = {
  name: 'play',
  words: '[NAME …]',
  takes: { min: 0, max: Infinity },
  about: 'play a scenario on a running server',
  details: [
    'Plays the scenarios named, as seek/out-of-credits, from the next request on; other vendors keep their scenarios. Prints',
    'what each vendor plays; without a name, what it plays now.',
  ],
  flags: [URL_FLAG, SESSION, { name: 'fresh', about: 'forget jobs, credits and limits too' }, JSON_FLAG],
  examples: [
    ['sparring play seek/out-of-credits', 'from the next request on'],
    ['sparring play', 'what is played now'],
  ],
  load: () => import('./steer/play.ts'),
}

const clock: Command = {
  name: 'clock',
  words: '[advance DURATION | set TIME | freeze [TIME] | flow]',
  takes: { min: 0, max: 2 },
  about: 'read or move the clock of a running server',
  details: ['Moves the clock of limits, jobs, webhooks and latency, and prints its time.'],
  flags: [URL_FLAG, SESSION, JSON_FLAG],
  examples: [
    ['sparring clock advance 45s', 'runs everything due by then'],
    ['sparring clock freeze', 'until it is moved'],
  ],
  load: () => import('./steer/clock.ts'),
}

const journal: Command = {
  name: 'journal',
  words: '',
  takes: { min: 0, max: 0 },
  about: 'show the requests to a running server, with the reason for each answer',
  details: ['Prints one line per exchange, with an explanation of every answer that was not the normal one.'],
  flags: [
    URL_FLAG,
    SESSION,
    VENDOR,
    { name: 'operation', value: 'NAME', about: 'of this operation only' },
    { name: 'status', value: 'CODE', about: 'with this status only' },
    { name: 'limit', value: 'COUNT', about: 'only the latest N (default: all that are kept)' },
    { name: 'follow', about: 'keep printing new exchanges until Ctrl+C' },
    JSON_FLAG,
  ],
  examples: [
    ['sparring journal --status 429', 'what was refused'],
    ['sparring journal --limit 10 --follow', 'the latest ten, then new ones'],
  ],
  load: () => import('./steer/journal.ts'),
}

const sessions: Command = {
  name: 'sessions',
  words: '[open [ID] | close ID]',
  takes: { min: 0, max: 2 },
  about: 'open, list and close sessions of a running server',
  details: [
    'A session is isolated: it has its own clock, state, scenario, journal, URLs and keys. open prints its id, and the URL and key of',
    'each vendor; close prints what the client did wrong in it.',
  ],
  flags: [URL_FLAG, SCENARIO, JSON_FLAG],
  examples: [
    ['sparring sessions open retries', 'one for a test'],
    ['sparring sessions close retries', 'with its findings'],
  ],
  load: () => import('./steer/sessions.ts'),
}

const listen: Command = {
  name: 'listen',
  words: '--forward-to URL',
  takes: { min: 0, max: 0 },
  about: 'forward the webhooks of a running server to your receiver',
  details: [
    'Sends every webhook to the address given, signed as the vendor signs it, each to its own path; prints the secrets and one line',
    'per attempt. Ends with Ctrl+C: webhooks go to their own URLs again.',
  ],
  flags: [{ name: 'forward-to', value: 'URL', about: 'where your receiver listens' }, URL_FLAG, SESSION],
  examples: [['sparring listen --forward-to http://127.0.0.1:8000', 'to a receiver on port 8000']],
  load: () => import('./steer/listen.ts'),
}

const trigger: Command = {
  name: 'trigger',
  words: 'VENDOR [WEBHOOK]',
  takes: { min: 1, max: 2 },
  about: 'make a running server send a webhook now',
  details: [
    "Sends a webhook with the vendor's own body, signature and retries, and prints what was sent, where, and what came back. It reports",
    'the newest job whose state fits, else a new job. Fails when it is not acknowledged. Without a webhook: lists',
    'those of the vendor.',
  ],
  flags: [
    { name: 'job', value: 'ID', about: 'the job that it reports' },
    {
      name: 'to',
      value: 'URL',
      about: 'where it goes (default: where the job, its account or the server sends webhooks)',
    },
    URL_FLAG,
    SESSION,
    JSON_FLAG,
  ],
  examples: [
    ['sparring trigger seek jobFinished', 'to the configured receiver'],
    ['sparring trigger seek jobFinished --to http://127.0.0.1:8000/hooks', 'to your receiver'],
    ['sparring trigger seek', 'lists the webhooks'],
  ],
  load: () => import('./steer/trigger.ts'),
}

const stop: Command = {
  name: 'stop',
  words: '',
  takes: { min: 0, max: 0 },
  about: 'stop a running server',
  details: ['Requests in progress end first. Returns when the server has stopped.'],
  flags: [URL_FLAG],
  examples: [['sparring stop', 'the one on port 4010']],
  load: () => import('./steer/stop.ts'),
}

export const steerCommands: readonly Command[] = [play, clock, journal, sessions, listen, trigger, stop]
