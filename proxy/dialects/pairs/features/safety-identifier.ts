import { defineFeature, helloAnd } from './feature.ts';

export default defineFeature({
  id: 'safety-identifier',
  title: 'identifier against abuse',
  group: 'Settings',
  marks: ['someone-8'],
  asks: helloAnd({ 'openai-chat': { safety_identifier: 'someone-8' }, 'openai-responses': { safety_identifier: 'someone-8' } }),
});
