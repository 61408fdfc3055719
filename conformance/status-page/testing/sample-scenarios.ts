/** Scenarios of the sample: a few of the catalogue as they once were, so that pictures change only when the pages do. */
import type { WatchedScenario } from '../watched.ts';

export const sampleScenarios: readonly WatchedScenario[] = [
  {
    id: 'access/invisible-character-in-the-list',
    title: 'A key is refused although it stands in the list, for what stands around it there',
    row: 1,
    diagnosis: {
      symptom: '401 for a key that is in the list to whoever reads it; typing it anew helps, copying it does not.',
      cause:
        'The list has the key with something around it that cannot be seen: a zero-width space from a web page, or quotes within quotes.',
      check: 'Look at the bytes of the line, for example with cat -A config.yaml, and ask for /v1/models with the key as it is typed.',
      remediation: 'Write the key anew. Ordinary spaces and line ends around it do no harm: they are taken off.',
    },
  },
  {
    id: 'access/account-lacks-the-licence',
    title: 'The upstream answers 403 because the account has no licence for the model',
    row: 2,
    diagnosis: {
      symptom:
        'Requests for one model fail with 403, later with 503 "no usable credential", and the model vanishes from the list. The key of the caller is fine.',
      cause:
        'The vendor takes the token of the account and refuses what it asks for: no licence, a subscription without this model, or an account that has to be verified. Nobody else is asked.',
      check:
        'Compare GET /v1/models with the models that the account should have, and read error.status and details[].reason of the first 403: later answers come from the proxy and tell less.',
      remediation:
        'Assign the licence, finish the verification or take another account; until then name a fallback on "forbidden" for the model. After that end the cooldown, or wait half an hour.',
    },
  },
  {
    id: 'models/alias-is-missing',
    title: 'The name that callers use is no name of the proxy',
    row: 5,
    diagnosis: {
      symptom: 'A client fails with "model not found", while the same account answers under the upstream’s own name.',
      cause:
        'No alias maps the client’s name to an upstream model, or it is written for another channel. Names are compared letter by letter, upper and lower case too.',
      check: 'Look for the whole name in GET /v1/models; an alias that is in effect is listed there like any other model.',
      remediation:
        'Add the alias under the channel that offers the model, with fork so that the original stays, or ask for a name that is listed. The file is read again by itself.',
    },
  },
  {
    id: 'availability/iflow-406',
    title: 'iFlow answers 406 with an empty body for glm-4.7',
    row: 9,
    diagnosis: {
      symptom: 'Requests for glm-4.7 fail with 406 and an empty body, while qwen models of the same account answer.',
      cause:
        'iFlow takes models of other vendors only from requests that carry its signed headers: session, timestamp and an HMAC over both and the User-Agent. The proxy sends none, or headers that do not fit the signature.',
      check:
        'Ask once without streaming and keep status, headers and body; then ask a qwen model. 406 on the one and 200 on the other is the signature, not the account.',
      remediation:
        'Run a build that signs every request afresh with the key it sends. Keep a fallback route for the model, and retry a refused stream once without streaming.',
    },
  },
  {
    id: 'reasoning/effort-lost',
    title: 'How long a model thinks cannot be steered from another dialect',
    row: 12,
    diagnosis: {
      symptom: 'Answers look normal, but they cost the same reasoning tokens whatever effort is asked for. There is no error anywhere.',
      cause:
        'The translator to the upstream’s dialect has no place for the effort and leaves it out; the upstream then thinks as it does by default.',
      check:
        'Send an invented level and one token of output: a proxy that reads the field refuses it and names the levels, one that drops it answers 200.',
      remediation:
        'Run a build that maps the effort to the level or budget of the model at hand. Until then, send the upstream’s own dialect through the proxy.',
    },
  },
  {
    id: 'streaming/terminal-event-is-missing',
    title: 'The vendor’s stream ends without its terminal event, and nobody is told',
    row: 17,
    diagnosis: {
      symptom:
        'Streamed answers are sometimes a little short, with no error anywhere; tool calls lack their end. Clients wait, or take it for the whole.',
      cause:
        'The vendor’s connection ended in a regular way before its last event. The proxy takes the end of the connection for the end of the answer, and writes its own [DONE] or just stops.',
      check:
        'Look at the last event of a stream: finish_reason and [DONE], response.completed, message_stop, finishReason. Without one of them the answer is not whole, whatever the status says.',
      remediation:
        'Pass on what came, and end it with the error of the caller’s dialect. Write no terminal event that the vendor has not sent.',
    },
  },
  {
    id: 'availability/client-is-not-recognised',
    title: 'Free allocated quota exceeded, although the account has quota left',
    row: 19,
    diagnosis: {
      symptom:
        'Every request to Qwen ends with 429 "Free allocated quota exceeded.", the first of the day too, while the vendor’s own client works with the same account.',
      cause:
        'The portal says so of requests, too, that it does not take for its own client’s: those without exactly one system message in front. Quota and waiting have nothing to do with it.',
      check:
        'Ask with the vendor’s own client and the same account. It is answered: this. It is refused alike: the allowance is used up. A new account that is refused at its first request is the same sign.',
      remediation:
        'Send one system message in front, with all instructions in it, or run a build that does; do not rotate through accounts, and do not wait for midnight.',
    },
  },
  {
    id: 'limits/no-capacity-is-left',
    title: 'Questions are refused with 429 because every account of the model is out of quota',
    row: 'rate-limits',
    diagnosis: {
      symptom:
        'Every question about a model gets 429 for a while, all clients at once; other models work, the health check and the list too.',
      cause: 'The accounts behind the model have used up their quota together, and nothing else may answer in their place.',
      check:
        'Ask with one output token, twice, a second apart: the upstream’s words and then the proxy’s own (“all credentials … are cooling down”) say that all of them rest. An unknown model is refused otherwise, so it is not the proxy that limits.',
      remediation:
        'Add credentials or another provider as fallback, lower the concurrency of clients, and let them wait as long as Retry-After says.',
    },
  },
];
