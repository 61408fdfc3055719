import type { ProfileData } from './profile.ts';

/** The least that a gateway calls itself OpenAI-compatible for. */
const profile: ProfileData = {
  name: 'openai-compatible',
  about: 'Chat Completions in front of a Chat Completions upstream, with streams and tools',
  claims: ['client:openai-chat', 'upstream:openai-chat', 'stream', 'tools'],
  models: { 'openai-chat': 'gpt-4.1-mini' },
};

export default profile;
