import { answerIn } from '#scenarios/kit/conversation';

import { usageOf } from '../../engine/usage.ts';
import { refusalOf } from '../refusal.ts';
import type { Answered } from '../session.ts';
import type { Named, Sign } from '../sign.ts';

const tells = ({ sight }: Answered): boolean => usageOf(sight).inputTokens + usageOf(sight).outputTokens > 0;

const cause =
  'The upstream leaves the counts out of one mode, or the proxy does not ask for them (stream_options.include_usage) or drops them.';
const remediation =
  'Let the proxy ask for usage in streams and count requests itself where nobody tells; compare both modes again before rollout.';

const sign: Sign = {
  name: 'usage-missing',
  read: ({ answer, asked }): readonly Named[] => {
    const plain = asked.find(({ answered }) => refusalOf(answered.sight) === undefined)?.answered;
    const streamed = answer('stream');
    if (plain === undefined || streamed === undefined || refusalOf(streamed.sight) !== undefined) return [];
    // Counts stand at a stream's end: where that is missing, it is row 17's.
    if (answerIn(streamed.sight)?.ended !== true) return [];
    const [inPlain, inStream] = [tells(plain), tells(streamed)];
    if (inPlain && inStream) return [];
    const where =
      !inPlain && !inStream
        ? 'in neither mode'
        : inPlain
          ? 'in a plain answer and not in a stream'
          : 'in a stream and not in a plain answer';
    return [
      {
        row: 11,
        weight: 'certain',
        title: `tokens are told ${where}`,
        evidence: `stream false: ${inPlain ? 'usage' : 'no usage'}; stream true: ${inStream ? 'usage' : 'no usage'}`,
        questions: [plain.question.id, 'stream'],
        cause,
        remediation,
      },
    ];
  },
};

export default sign;
