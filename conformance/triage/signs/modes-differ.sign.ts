import { evidenceOf } from '../evidence.ts';
import { refusalOf } from '../refusal.ts';
import type { Seen } from '../seen.ts';
import type { Answered } from '../session.ts';
import type { Sign } from '../sign.ts';

/** In the body, or in the path where Google's dialect has it. */
const modelOf = ({ question: { probe } }: Answered): string => {
  const body = probe.body !== undefined && 'json' in probe.body ? (probe.body.json as { readonly model?: unknown }) : {};
  return typeof body.model === 'string' ? body.model : decodeURIComponent(/\/models\/([^:]+):/.exec(probe.path)?.[1] ?? '');
};

/** Streams of models that are answered plainly: refused at once, with a status. What breaks off later is row 17's. */
const refusedStreams = ({ asked, order, answer }: Seen): readonly (readonly [string, Answered])[] =>
  order
    .filter((id) => id === 'stream' || id.startsWith('stream '))
    .flatMap((id) => {
      const streamed = answer(id);
      if (streamed === undefined || streamed.sight.status < 400) return [];
      const plain = asked.find(({ name, answered }) => name === modelOf(streamed) && refusalOf(answered.sight) === undefined);
      return plain === undefined ? [] : [[plain.name, streamed] as const];
    });

const sign: Sign = {
  name: 'modes-differ',
  read: (seen) =>
    refusedStreams(seen).map(([name, streamed]) => ({
      row: 4,
      weight: 'likely',
      title: `${name} is answered plainly and refused as a stream`,
      evidence: `${evidenceOf(streamed)} with "stream": true; the plain question is answered`,
      questions: [`ask ${name}`, streamed.question.id],
      cause: 'The build or the image is another one than the configuration was written for, or a hop treats streams differently.',
      remediation:
        'Pin the image that passed in both modes by its digest, and compare both modes after each change of image or configuration.',
    })),
};

export default sign;
