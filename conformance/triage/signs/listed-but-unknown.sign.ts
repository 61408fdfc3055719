import { evidenceOf } from '../evidence.ts';
import { refusalOf } from '../refusal.ts';
import { isListed } from '../seen.ts';
import type { Sign } from '../sign.ts';

const ofIflow = /^(?:iflow\/|glm-|kimi-|deepseek-|minimax-|qwen3-)/i;

/** A name of the list that nobody answers to: the list is wider than the accounts behind it. */
const sign: Sign = {
  name: 'listed-but-unknown',
  read: (seen) =>
    seen.asked
      .filter(
        ({ name, answered }) =>
          !name.endsWith('spark') && ['unknown-model', 'not-for-this-account'].includes(refusalOf(answered.sight) ?? ''),
      )
      .slice(0, 3)
      .map(({ name, answered }) => {
        const owner = seen.listed?.find((each) => each.name === name)?.owner;
        const row = !isListed(seen, name)
          ? 5
          : owner === 'iflow' || ofIflow.test(name)
            ? 10
            : owner === 'codex' || /^(?:[\w-]+\/)?gpt-/.test(name)
              ? 13
              : 5;
        return {
          row,
          weight: 'certain' as const,
          title: isListed(seen, name) ? `${name} is listed, and nobody answers to it` : `${name} is no name of this proxy`,
          evidence: evidenceOf(answered),
          questions: [answered.question.id],
          cause: 'The list comes from a catalogue or the configuration, and the account behind it has fewer models.',
          remediation: 'Route to what is really answered, exclude the others for the account, or let refused models leave the list.',
        };
      }),
};

export default sign;
