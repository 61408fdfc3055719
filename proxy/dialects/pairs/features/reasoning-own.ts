import { carrySignature } from '../../carried-signature.ts';
import { defineFeature, hello } from './feature.ts';
import type { SharedDialect } from './feature.ts';

const sealed = (upstream: SharedDialect, client: SharedDialect): string =>
  carrySignature({ issuer: upstream, value: 'c2VhbGVkLWJ5' }, client);

export default defineFeature({
  id: 'reasoning-own',
  title: 'earlier reasoning, signed by the upstream that is asked',
  group: 'Reasoning',
  marks: ['I-wonder', 'c2VhbGVkLWJ5'],
  asks: {
    'openai-responses': (upstream) => ({
      input: [
        { role: 'user', content: hello },
        {
          type: 'reasoning',
          summary: [{ type: 'summary_text', text: 'I-wonder' }],
          encrypted_content: sealed(upstream, 'openai-responses'),
        },
      ],
    }),
    'anthropic-messages': (upstream) => ({
      max_tokens: 64,
      messages: [
        { role: 'user', content: hello },
        { role: 'assistant', content: [{ type: 'thinking', thinking: 'I-wonder', signature: sealed(upstream, 'anthropic-messages') }] },
      ],
    }),
    'gemini-generate': (upstream) => ({
      contents: [
        { role: 'user', parts: [{ text: hello }] },
        { role: 'model', parts: [{ text: 'I-wonder', thought: true, thoughtSignature: sealed(upstream, 'gemini-generate') }] },
      ],
    }),
  },
});
