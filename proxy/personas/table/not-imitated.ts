import type { NotImitated } from './difference.ts';

/** What the sheets tell of the builds and no persona imitates, with the reason. */
export const notImitated: readonly NotImitated[] = [
  {
    what: 'Bodies compressed with zstd are decoded on Chat and Responses (August)',
    sheet: '0.4, R6',
    why: 'Node 20 has no zstd in `zlib`; they are refused like other encodings.',
  },
  {
    what: '`GET /v0/management/usage-queue` (August)',
    sheet: '1.8, R11',
    why: 'Its answers take records out of a queue that this proxy does not keep. `usage`, which it replaced, is absent.',
  },
  {
    what: 'Only the first non-zero usage of a stream is kept; answers of some providers are counted without usage (February)',
    sheet: 'R11 (c)',
    why: 'Which providers count is not known for all of them; answers without usage are dropped for every provider.',
  },
  {
    what: 'Responses errors before the first event are cut down to four fields and redacted (August)',
    sheet: 'S2',
    why: 'The redaction is not known well enough; the body passes as on other endpoints.',
  },
  {
    what: 'A request without a model is told `unknown provider for model `',
    sheet: 'R5 (c)',
    why: 'The request is refused as invalid, with the field that is missing.',
  },
  {
    what: 'Codex clients get `response.failed` instead of `error` in a stream that breaks (August)',
    sheet: '1.5, row 17 (c)',
    why: 'The rest of the event is not in the sheets.',
  },
  {
    what: 'The words of errors that the builds make up for broken upstreams and streams',
    sheet: '1.5, row 17 (c)',
    why: 'Transport errors keep this proxy’s words and codes, in the build’s envelope.',
  },
  {
    what: 'Hints of OpenAI-compatible upstreams, of Kimi and of Gemini keys are ignored',
    sheet: 'X3 (b)',
    why: 'Hints are read from every provider in every persona; only how long they are believed differs.',
  },
  {
    what: 'Every Codex account lists every Codex model, whatever its plan (February)',
    sheet: 'row 13 (c)',
    why: 'Plans that are known have their own list in every persona; only an unknown plan differs.',
  },
  {
    what: 'A plain `GET /v1/responses` is told 400',
    sheet: 'X4 (c)',
    why: 'Inferred only; it is told 426, upon which clients go on with POST.',
  },
  {
    what: 'Frames for messages on a WebSocket that cannot be read, `previous_response_not_found` with 409, close 1012',
    sheet: 'X4 (c)',
    why: 'Sockets take and refuse messages in the same words in every persona; what differs is how failed requests end.',
  },
  {
    what: 'Endpoints that only this proxy has: one model of the list, embeddings, some of the management API',
    sheet: '1.2, 1.8',
    why: 'They stay in every persona, so that an operator can still look and switch back.',
  },
  {
    what: 'There are no fallbacks between models, no circuit breaker, no scopes of client keys',
    sheet: '1.6',
    why: 'They only act where the configuration asks for them.',
  },
  {
    what: 'Log lines',
    sheet: '1.9',
    why: 'This proxy logs JSON; only the lines of row 12 are the same in every persona.',
  },
  {
    what: '`X-CPA-SUPPORT-PLUGIN` (August), full commit ids and build times',
    sheet: '1.8',
    why: 'Their values are not in the sheets; the commit is given as far as it is.',
  },
  { what: '`/` and `/management.html` as pages (August, safe mode)', sheet: '1.1', why: 'The pages are not in the sheets.' },
  { what: 'Home mode', sheet: '1.2, S3', why: 'It is a cluster of several proxies.' },
  {
    what: 'Keep-alives are off by default',
    sheet: 'row 17 (c)',
    why: 'The default of `streaming.keepalive-seconds` is the configuration’s; set it to 0.',
  },
  {
    what: 'Rounds, waits and affinity have other defaults',
    sheet: 'S5',
    why: 'They are keys of the configuration, with the same names; set them.',
  },
  {
    what: 'Which texts of a 400, 401 or 403 say that a key is dead or that a quota is used up',
    sheet: '1.6, S4',
    why: 'This proxy reads more of them than the builds do, in every persona.',
  },
  {
    what: 'Fields of the lists: context sizes in Anthropic’s, another shape for Grok',
    sheet: '1.3, S6',
    why: 'The numbers belong to a catalogue that is not part of this project.',
  },
  { what: 'A catalogue that changes without an upgrade', sheet: 'S8', why: 'This proxy fetches no catalogue.' },
  {
    what: 'The client’s address is read from `X-Forwarded-For`',
    sheet: '1.8, X2 (e)',
    why: 'Anybody could give himself another address; the socket’s counts in every persona.',
  },
  {
    what: 'Answers to writes that say nothing of the disk: `{"status":"ok"}`, `{"ok":true,"changed":["config"]}`',
    sheet: 'row 15 (c)',
    why: '`persisted` stays in every persona, so that an operator is told.',
  },
  {
    what: '`PUT config.yaml` on a read-only file is answered 200 with `persisted: false` (CLIProxyAPI++)',
    sheet: 'row 15 (d)',
    why: 'The personas are those of CLIProxyAPI, which answers 500.',
  },
  {
    what: 'Saving drops sections that a build does not know',
    sheet: 'row 15 (e) 7',
    why: 'A persona can be left again; what it had dropped would be gone.',
  },
  {
    what: 'Secrets in `GET /v0/management/config`',
    sheet: '1.8',
    why: 'Secrets are masked in every persona.',
  },
  {
    what: 'Headers of this proxy: `wireproof-*`',
    sheet: '–',
    why: 'They stay in every persona, so that a test can tell requests apart; no build has them.',
  },
];
