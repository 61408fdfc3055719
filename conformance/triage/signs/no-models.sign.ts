import { evidenceOf } from '../evidence.ts';
import type { Sign } from '../sign.ts';

const sign: Sign = {
  name: 'no-models',
  read: ({ listed, listIsWhole, answer }) => {
    const listing = answer('models');
    if (listing === undefined || listed === undefined || listed.length > 0 || !listIsWhole) return [];
    return [
      {
        row: 5,
        weight: 'certain',
        title: 'the list of models is empty',
        evidence: `${evidenceOf(listing)}, with no model in it`,
        questions: ['models'],
        cause: 'No provider has a usable account: no auth file was found, all are disabled or suspended, or exclusions hide every model.',
        remediation:
          'Check the folder of the auth files and the providers in the configuration, log in again, and look at excluded-models.',
      },
    ];
  },
};

export default sign;
