import { defineFeature, helloAnd } from './feature.ts';

export default defineFeature({
  id: 'verbosity',
  title: 'verbosity',
  group: 'Settings',
  marks: ['verbosity', 'low'],
  asks: helloAnd({ 'openai-chat': { verbosity: 'low' }, 'openai-responses': { text: { verbosity: 'low' } } }),
});
