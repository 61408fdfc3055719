import { evidenceOf } from '../evidence.ts';
import { refusalOf } from '../refusal.ts';
import type { Sign } from '../sign.ts';

const sign: Sign = {
  name: 'not-acceptable',
  read: ({ asked, listed = [] }) => {
    const ownerOf = (name: string): string | undefined => listed.find((each) => each.name === name)?.owner;
    const siblingAnswers = (name: string): boolean =>
      asked.some((each) => refusalOf(each.answered.sight) === undefined && ownerOf(each.name) === ownerOf(name));
    return asked
      .filter(({ answered }) => refusalOf(answered.sight) === 'not-acceptable')
      .slice(0, 1)
      .map(({ name, answered }) => ({
        // One model of several that the account has not got (sheet R10), or one that wants another form (R9).
        row: !/glm/i.test(name) && siblingAnswers(name) ? 10 : 9,
        weight: /glm/i.test(name) ? ('certain' as const) : ('likely' as const),
        title: `the provider of ${name} does not accept the form of the request (406)`,
        evidence: evidenceOf(answered),
        questions: [answered.question.id],
        cause:
          'The provider wants signed or particular headers for this model, which the build does not send, or the account has not got the model.',
        remediation:
          'Run a build that signs for the provider, retry without streaming, or take a sibling of the model that needs no signature.',
      }));
  },
};

export default sign;
