import { knownClaims, type ProfileData } from './profile.ts';

/** The reference proxy: everything, under the model names of its base configuration. */
const profile: ProfileData = {
  name: 'reference',
  about: 'the reference proxy: every dialect, upstream and capability',
  claims: knownClaims,
  models: {
    'openai-chat': 'gpt-4.1-mini',
    'openai-chat:unlimited': 'gpt-4.1-mini-unlimited',
    'openai-chat:alias': 'house-chat',
    'openai-responses': 'gpt-5.4',
    'openai-responses:unlimited': 'gpt-5.4-unlimited',
    'anthropic-messages': 'claude-sonnet-4-6',
    'anthropic-messages:unlimited': 'claude-sonnet-4-6-unlimited',
    'gemini-generate': 'gemini-2.5-pro',
    'gemini-generate:unlimited': 'gemini-2.5-pro-unlimited',
    'gemini-generate:can-be-off': 'gemini-2.5-flash',
    'gemini-generate:two-levels': 'gemini-3-pro-preview',
    'gemini-generate:four-levels': 'gemini-3-flash-preview',
    'gemini-generate:never-thinks': 'gemini-2.0-flash',
    antigravity: 'claude-opus-4-6-thinking',
    'antigravity:unlimited': 'claude-opus-4-6-thinking-unlimited',
    'antigravity:alias': 'gemini-claude-opus-4-6-thinking',
    codex: 'gpt-5.3-codex',
    'codex:unlimited': 'gpt-5.3-codex-unlimited',
    'codex:alias': 'house-codex',
    'codex:prefixed': 'pro/gpt-5.2-codex',
    'codex:bare': 'gpt-5.2-codex',
    'codex:kept': 'gpt-5.1-codex-max',
    'codex:excluded': 'gpt-5.1-codex-mini',
    'codex:spark': 'gpt-5.3-codex-spark',
    'codex:entitled-spark': 'pro/gpt-5.3-codex-spark',
    iflow: 'glm-4.7',
    'iflow:qwen': 'qwen3-coder-plus',
    'iflow:fallback': 'glm-4.6',
    'iflow:unrouted': 'kimi-k2',
  },
};

export default profile;
