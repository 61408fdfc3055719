import { evidenceOf } from '../evidence.ts';
import { befallsEitherMode, refusalOf } from '../refusal.ts';
import type { ModelAnswer, Seen } from '../seen.ts';
import type { Sign } from '../sign.ts';

/** Streams of models that are answered plainly: refused at once, with a status. What breaks off later is row 17's. */
const refusedStreams = ({ asked, streamed }: Seen): readonly ModelAnswer[] =>
  streamed.filter(({ name, answered: { sight } }) => {
    const kind = sight.status >= 400 ? refusalOf(sight) : undefined;
    const isPlainlyAnswered = asked.some((plain) => plain.name === name && refusalOf(plain.answered.sight) === undefined);
    return kind !== undefined && !befallsEitherMode(kind) && isPlainlyAnswered;
  });

const sign: Sign = {
  name: 'modes-differ',
  read: (seen) =>
    refusedStreams(seen).map(({ name, answered }) => ({
      row: 4,
      weight: 'likely',
      title: `${name} is answered plainly and refused as a stream`,
      evidence: `${evidenceOf(answered)} with "stream": true; the plain question is answered`,
      questions: [`ask ${name}`, answered.question.id],
      cause: 'The build or the image is another one than the configuration was written for, or a hop treats streams differently.',
      remediation:
        'Pin the image that passed in both modes by its digest, and compare both modes after each change of image or configuration.',
    })),
};

export default sign;
