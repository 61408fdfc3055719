import {
  converse,
  answer,
  defineScenario,
  deviates,
  everyUpstreamCall,
  holds,
  must,
  says,
  TOKEN,
  type Cell,
  type Probe,
} from '#scenarios/kit/index';

/** What long sessions of coding agents come to, and the largest request that Anthropic takes. */
const megabytes = { translated: 6, passedOn: 32 } as const;

const sizeOf = ({ client, upstream }: Cell): number => megabytes[client === upstream ? 'passedOn' : 'translated'] * 1_000_000;

const filler = 'x'.repeat(1_000);

/** The filler stands before the token, so that a request that was cut has lost its token too. */
const filled = (cell: Cell, asked: Probe): Probe => {
  const text = asked.body !== undefined && 'json' in asked.body ? JSON.stringify(asked.body.json) : '';
  const at = text.indexOf(TOKEN);
  return { ...asked, body: { text: `${text.slice(0, at)}${'x'.repeat(sizeOf(cell) - text.length)}${text.slice(at)}` } };
};

/** Counted backwards from the token; native code compares all that was sent first, which a loop over this much text would take long for. */
const fillerIn = (bytes: Buffer, token: string, sent: number): number => {
  const end = bytes.indexOf(token);
  const wanted = end - sent;
  if (wanted > 0 && bytes[wanted - 1] !== 0x78 && bytes.subarray(wanted, end).equals(Buffer.alloc(sent, 'x'))) return sent;
  let at = end;
  while (at > 0 && bytes[at - 1] === 0x78) at -= 1;
  return end - at;
};

const fillerOf = ({ body }: Probe): number => {
  const text = body !== undefined && 'text' in body ? body.text : '';
  return text.indexOf(TOKEN) - text.indexOf(filler);
};

/** Complaint 10 of ten (see README.md): cortex 860, claude-code 8092 and 10314: small default limits end long sessions. */
export default defineScenario({
  id: 'complaints/large-body-is-refused',
  title: 'Long sessions end with 413 at a limit that no vendor has',
  matrixRow: 'complaints',
  requires: [],
  diagnosis: {
    symptom:
      'A coding agent works for hours and then gets 413, or a reset connection, for every further request of that session; the vendor takes the same request directly.',
    cause: 'The proxy, or a reverse proxy before it, has a default limit for request bodies of a few hundred kilobytes to a few megabytes.',
    check: 'Send a request of 32 MB with a short question in it, directly and through the proxy.',
    remediation:
      'Raise the limit to what the largest vendor takes (32 MB) on every hop, and answer what is above in the dialect’s own envelope with status 413.',
  },
  // The small one first: it stands for both where one cell per upstream must do.
  cells: [
    { client: 'openai-responses', upstream: 'openai-chat', stream: false },
    { client: 'openai-chat', upstream: 'openai-chat', stream: false },
  ],
  upstream: () => answer('text'),
  steps: ({ cell, model }) => ({
    large: filled(cell, converse(cell, { model: model(), text: 'Say ok.', maxOutputTokens: 16 }, { timeoutMs: 60_000 })),
  }),
  expectations: [
    must('a-large-body-is-answered', ['large'], ({ large }) => says(large, 'Wireproof says ok.')),
    must.behind('a-large-body-arrives-whole', ['large'], ({ large }) =>
      everyUpstreamCall(large, ({ bodyBytes }) => {
        const sent = fillerOf(large.probe);
        const arrived = fillerIn(bodyBytes, large.token, sent);
        return sent === arrived ? holds() : deviates({ expected: `${sent} bytes of filler`, actual: `${arrived} bytes of filler` });
      }),
    ),
  ],
  remedy: { config: { 'max-request-body-bytes': 33_554_432 } },
  symptom: {
    violates: ({ client, upstream }) => (client === upstream ? [] : ['a-large-body-is-answered']),
    config: { 'max-request-body-bytes': 5_242_880 },
  },
  live: { safe: false, because: 'it would cost millions of input tokens' },
});
