import { readModels } from '../../discover/read-models.ts';
import { evidenceOf } from '../evidence.ts';
import { isKeyRefusal } from '../refusal.ts';
import { firstToAnEndpoint } from '../seen.ts';
import type { Answered } from '../session.ts';
import type { Named, Sign } from '../sign.ts';

/** A list of its own says little: some give theirs to anybody and ask for a key with every question. */
const listAlone = (listing: Answered, question: Answered | undefined): Named => ({
  row: 1,
  weight: 'possible',
  title: 'its list of models is given to anybody',
  evidence: `${evidenceOf(listing)}, without a key${question === undefined ? '' : `; ${evidenceOf(question)}, without one, too`}`,
  questions: [listing.question.id, ...(question === undefined ? [] : [question.question.id])],
  cause: 'The list is public on purpose, or what stands in front asks for a key on some paths only.',
  remediation: 'Nothing, if that is meant. Else let /v1/models be asked for with a key only.',
});

const sign: Sign = {
  name: 'open-to-anyone',
  read: ({ hasKey, answer }) => {
    const keyless = answer(hasKey ? 'models-without-key' : 'models');
    if (keyless?.sight.status !== 200 || readModels(keyless.sight.json).names.length === 0) return [];
    const question = hasKey ? answer('question-without-key') : firstToAnEndpoint({ answer });
    if (isKeyRefusal(question) || (hasKey && question === undefined)) return [listAlone(keyless, question)];
    return [
      {
        row: 1,
        // Without a key of our own nobody said that there should be one.
        weight: hasKey ? 'certain' : 'possible',
        title: 'it answers without a key',
        evidence: `${evidenceOf(keyless)}, without a key`,
        questions: [keyless.question.id, ...(hasKey && question !== undefined ? [question.question.id] : [])],
        cause: 'api-keys is empty or was not read: then nobody checks keys, and everybody is let in.',
        remediation: 'List the keys of the clients in api-keys of the file that the proxy really reads.',
      },
    ];
  },
};

export default sign;
