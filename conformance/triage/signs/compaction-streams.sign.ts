import { troubleOf } from '../../discover/trouble.ts';
import { evidenceOf } from '../evidence.ts';
import { refusalOf } from '../refusal.ts';
import type { Sign } from '../sign.ts';

/** 400 about streaming is right; 404 and 405 say that there is no such endpoint. Other refusals do not tell who made them. */
const sign: Sign = {
  name: 'compaction-streams',
  read: ({ answer, claims }) => {
    const asked = answer('compact-stream');
    if (asked === undefined) return [];
    const hangs = asked.sight.end === 'timeout';
    const taken = refusalOf(asked.sight) === undefined;
    const forwarded = asked.sight.status >= 400 && ![404, 405, 501].includes(asked.sight.status) && !/stream/i.test(asked.sight.bodyText);
    if (!hangs && !taken && !(forwarded && claims.has('compact'))) return [];
    return [
      {
        row: 20,
        weight: hangs || taken ? 'certain' : 'likely',
        title: hangs ? 'a compaction that should stream hangs' : 'a compaction that should stream is not refused',
        evidence: `${evidenceOf(asked)}${troubleOf(asked.sight) === undefined ? '' : ', with "stream": true'}`,
        questions: ['compact-stream'],
        cause: 'Compaction answers with one JSON object; the proxy passes stream: true on instead of refusing it.',
        remediation:
          'Call /v1/responses/compact without stream, take /v1/responses where a stream is wanted, and run a build that refuses it at once.',
      },
    ];
  },
};

export default sign;
