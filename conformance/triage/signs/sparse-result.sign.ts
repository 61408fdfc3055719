import { evidenceOf } from '../evidence.ts';
import { refusalOf } from '../refusal.ts';
import type { Sign } from '../sign.ts';

const sign: Sign = {
  name: 'sparse-result',
  read: ({ answer }) => {
    const whole = answer('count-whole-result');
    const counted = answer('count-sparse-result');
    const asked = answer('sparse-result');
    const brokenCount =
      whole !== undefined && refusalOf(whole.sight) === undefined && counted !== undefined && refusalOf(counted.sight) !== undefined;
    const brokenAnswer = asked !== undefined && refusalOf(asked.sight) === 'bad-translation';
    const sparse = brokenCount ? counted : brokenAnswer ? asked : undefined;
    if (sparse === undefined) return [];
    return [
      {
        row: 3,
        weight: 'certain',
        title: 'a tool result without content is translated into JSON that is none',
        evidence: `a tool result without content: ${evidenceOf(sparse)}`,
        questions: brokenCount ? ['count-whole-result', 'count-sparse-result'] : ['sparse-result'],
        cause: 'Agents leave content out of a tool result that has none, and the translator does not expect that.',
        remediation: 'Run a build that fills a missing content in before it translates; until then send tool_result.content as [].',
      },
    ];
  },
};

export default sign;
