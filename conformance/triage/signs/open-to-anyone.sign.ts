import { modelsIn } from '../../discover/read-models.ts';
import { evidenceOf } from '../evidence.ts';
import type { Sign } from '../sign.ts';

/** Without a key of our own nobody said that there should be one. */
const sign: Sign = {
  name: 'open-to-anyone',
  read: ({ hasKey, answer }) => {
    const keyless = answer(hasKey ? 'models-without-key' : 'models');
    if (keyless?.sight.status !== 200 || modelsIn(keyless.sight.json).length === 0) return [];
    return [
      {
        row: 1,
        weight: hasKey ? 'certain' : 'possible',
        title: 'it answers without a key',
        evidence: `${evidenceOf(keyless)}, without a key`,
        questions: [keyless.question.id],
        cause: 'api-keys is empty or was not read: then nobody checks keys, and everybody is let in.',
        remediation: 'List the keys of the clients in api-keys of the file that the proxy really reads.',
      },
    ];
  },
};

export default sign;
