import { defineFeature, helloAnd } from './feature.ts';

export default defineFeature({
  id: 'stop',
  title: 'stop sequences',
  group: 'Settings',
  marks: ['HALT-1', 'HALT-2'],
  asks: helloAnd({
    'openai-chat': { stop: ['HALT-1', 'HALT-2'] },
    'anthropic-messages': { stop_sequences: ['HALT-1', 'HALT-2'] },
    'gemini-generate': { generationConfig: { stopSequences: ['HALT-1', 'HALT-2'] } },
  }),
});
