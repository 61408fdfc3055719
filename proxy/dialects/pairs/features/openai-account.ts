import { defineFeature, helloAnd } from './feature.ts';

const fields = { metadata: { topic: 'weather-9' }, service_tier: 'flex', prompt_cache_key: 'cache-9' } as const;

export default defineFeature({
  id: 'openai-account',
  title: "OpenAI's metadata, service tier and cache key",
  group: 'Settings',
  marks: ['weather-9', 'flex', 'cache-9'],
  asks: helloAnd({ 'openai-chat': fields, 'openai-responses': fields }),
});
