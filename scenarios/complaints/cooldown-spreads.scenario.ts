import { answer, converse, defineScenario, must, refused, says } from '#scenarios/kit/index';

const saidByUpstream = 'Wireproof says ok.';
const isLimited = '[the limit of this model is reached]';

const limitingUpstream = answer('text').when(
  ({ bodyBytes }) => bodyBytes.includes(isLimited),
  ({ surface }) => ({ exchange: `${surface}/rate-limited` }),
);

/** Complaint 4 of ten (see README.md): CLIProxyAPI 5758, 2428 and 4327: a limit of one model, and the whole account rests. */
export default defineScenario({
  id: 'complaints/cooldown-spreads',
  title: 'The limit of one model takes the other models of the account along',
  matrixRow: 'complaints',
  requires: [],
  diagnosis: {
    symptom: 'One model is over its limit, and requests for others on the same account are refused too, for as long.',
    cause: 'Cooldowns are kept for the whole credential, though the vendor’s limit is one of the model.',
    check: 'Ask for another model of the same account, directly and through the proxy.',
    remediation: 'Keep cooldowns for the pair of credential and model.',
  },
  cells: [
    { client: 'openai-chat', upstream: 'gemini-generate', stream: false },
    { client: 'gemini-generate', upstream: 'gemini-generate', stream: true },
  ],
  upstream: () => limitingUpstream,
  steps: ({ cell, model }) => {
    const ask = (name: string, text: string, ...after: readonly string[]) =>
      converse(cell, { model: name, text, maxOutputTokens: 16 }, { after });
    return {
      limited: ask(model(), `Say ok. ${isLimited}`),
      other: ask(model('can-be-off'), 'Say ok.', 'limited'),
    };
  },
  expectations: [
    must('a-limit-is-told-as-one', ['limited'], ({ limited }) => refused(limited, 429)),
    must('another-model-is-served', ['other'], ({ other }) => says(other, saidByUpstream)),
  ],
  remedy: { config: { 'disable-cooling': false } },
  symptom: {
    violates: () => [],
    none: 'the reference proxy keeps cooldowns of limits for the pair of credential and model, and has no other way',
  },
  live: { safe: false, because: 'a real limit would have to be used up' },
  remembers: true,
});
