import { evidenceOf } from '../evidence.ts';
import { refusalOf } from '../refusal.ts';
import type { Sign } from '../sign.ts';

const sign: Sign = {
  name: 'spark-not-for-the-plan',
  read: ({ asked }) =>
    asked
      .filter(({ name }) => name.endsWith('gpt-5.3-codex-spark'))
      .filter(({ answered }) => ['not-for-this-account', 'unknown-model', 'other'].includes(refusalOf(answered.sight) ?? ''))
      .slice(0, 1)
      .map(({ name, answered }) => ({
        row: 8,
        weight: 'certain' as const,
        title: `${name} is listed, and the account’s plan does not have it`,
        evidence: evidenceOf(answered),
        questions: [answered.question.id],
        cause: 'The model belongs to a higher plan; the list is made from a catalogue and not from what the account may use.',
        remediation: 'Give the model a fallback such as gpt-5.3-codex, exclude it for the account, and alert on its repeated refusals.',
      })),
};

export default sign;
