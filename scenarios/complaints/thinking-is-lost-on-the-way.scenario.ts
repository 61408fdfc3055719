import type { SurfaceId } from '#fixtures/exchange';
import type { UpstreamRequest } from '#fixtures/upstreams/script';
import {
  allOf,
  answer,
  answers,
  converse,
  crossing,
  defineScenario,
  deviates,
  everyUpstreamCall,
  holds,
  must,
  says,
} from '#scenarios/kit/index';

import { handedBack, sealsGiven, sealsSent } from './handed-back-turn.ts';

const callsATool = '[call the tool]';

/** What each vendor seals its thinking with: in a block before the call, in an item before it, or on the call itself. */
const sealed: Partial<Readonly<Record<SurfaceId, { readonly slug: string; readonly seal: string }>>> = {
  'openai-responses': { slug: 'signed-call', seal: 'gAAAAABwireproofEncryptedReasoning0001' },
  'anthropic-messages': { slug: 'signed-call', seal: 'EqQBCkYIBxgCKkBwireproofThinkingSignature0001' },
  'gemini-generate': { slug: 'tool-call', seal: 'CiQBwireproofThoughtSignature0001' },
};

/** The question comes again with every later turn; only the first has no result of the tool behind it. */
const isFirstTurn = ({ body, bodyBytes }: UpstreamRequest): boolean =>
  bodyBytes.includes(callsATool) && !/"(?:tool_result|function_call_output|functionResponse)"/.test(JSON.stringify(body));

const thinkingUpstream = answer('text').when(isFirstTurn, ({ surface, stream }) => ({
  exchange: `${surface}/${sealed[surface]?.slug ?? 'tool-call'}${stream ? '.stream' : ''}`,
}));

/** Complaint 9 of ten (see README.md): CLIProxyAPI 1243, new-api 7137: the second turn of an agent fails, or thinks anew. */
export default defineScenario({
  id: 'complaints/thinking-is-lost-on-the-way',
  title: 'Sealed thinking does not come back to its vendor',
  matrixRow: 'complaints',
  requires: ['tools'],
  diagnosis: {
    symptom:
      'An agent’s first tool call works and the turn after it is refused (Function call is missing a thought_signature, Expected thinking), or answers get worse with every tool call.',
    cause:
      'Vendors seal their thinking and want the seal back, unchanged, with the call that it led to. Every dialect has another place for it, and the proxy drops what has no equal, in answers or in the next request.',
    check:
      'Let a thinking model call a tool, hand the whole turn back with the result, and look for the vendor’s seal in what the proxy sends.',
    remediation:
      'Carry a foreign seal in the field that the caller’s dialect has for its own (signature, thoughtSignature, encrypted_content), and put it back in the vendor’s place when it returns.',
  },
  // Chat has no place for a seal.
  cells: crossing({
    clients: ['openai-responses', 'anthropic-messages', 'gemini-generate'],
    upstreams: ['openai-responses', 'anthropic-messages', 'gemini-generate'],
    streams: [false, true],
  }),
  upstream: () => thinkingUpstream,
  steps: ({ cell, model }) => {
    const first = converse(cell, { model: model(), text: `How many people? ${callsATool}`, maxOutputTokens: 64, toolResults: [] });
    return {
      first,
      second: { ...first, after: ['first'], bodyFrom: (earlier) => earlier['first'] && handedBack(first, earlier['first']) },
    };
  },
  expectations: [
    must.behind('the-caller-is-given-the-seal-to-keep', ['first'], ({ first }) =>
      answers(first, () => {
        const seals = sealsGiven(first);
        return seals.length === 1 ? holds() : deviates({ expected: 'one seal in the answer', actual: seals });
      }),
    ),
    must.behind('the-vendor-gets-its-own-seal-back', ['second'], ({ second }, cell) =>
      allOf(
        says(second, 'Wireproof says ok.'),
        everyUpstreamCall(second, ({ body }) => {
          const [expected, sent] = [[sealed[cell.upstream]?.seal], sealsSent(body)];
          return JSON.stringify(sent) === JSON.stringify(expected) ? holds() : deviates({ expected, actual: sent });
        }),
      ),
    ),
  ],
  remedy: { config: {} },
  symptom: {
    violates: () => [],
    none: 'seals are part of the reference proxy’s neutral form of a conversation; the kill matrix shows proxies that lose them',
  },
  live: { safe: false, because: 'models may answer without thinking, or without calling the tool' },
});
