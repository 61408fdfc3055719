import { defineFeature, helloAnd, lookup } from './feature.ts';

export default defineFeature({
  id: 'tool-definition',
  title: 'function tool',
  group: 'Tools',
  marks: ['lookup', 'looks-up', 'city'],
  asks: helloAnd(lookup),
});
