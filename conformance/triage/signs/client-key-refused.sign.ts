import { evidenceOf } from '../evidence.ts';
import { isKeyRefusal } from '../refusal.ts';
import { firstToAnEndpoint } from '../seen.ts';
import type { Answered } from '../session.ts';
import type { Named, Sign } from '../sign.ts';

const isPage = (type: string | undefined): boolean => /^text\/html/i.test(type ?? '');

const noKeyGiven = (listing: Answered): Named => ({
  row: 1,
  weight: 'possible',
  title: 'it asks for a key, and none was given',
  evidence: evidenceOf(listing),
  questions: ['models'],
  cause: 'A client that sends no key sees the same: the variable is not set where the client runs, or a gateway in front drops the header.',
  remediation: 'Set WIREPROOF_KEY to the key of one of its clients and ask again.',
});

/** Where anybody may read the list, only a question shows what the key is worth. */
const refusedByQuestion = (question: Answered): Named => ({
  row: 1,
  weight: 'likely',
  title: 'the client key is refused',
  evidence: `${evidenceOf(question)}, where the list of models is given to anybody`,
  questions: ['models', question.question.id],
  cause: 'The key was rotated or is mistyped; or nobody checks keys here, and the provider refuses the proxy’s own.',
  remediation: 'Set WIREPROOF_KEY to a key that it takes. If it takes this one from other clients, look at the keys of its providers.',
});

const sign: Sign = {
  name: 'client-key-refused',
  read: ({ hasKey, answer }) => {
    const listing = answer('models');
    const question = firstToAnEndpoint({ answer });
    const isPublic = [listing, answer('models-without-key')].every((each) => each?.sight.status === 200);
    if (hasKey && isPublic && question !== undefined && isKeyRefusal(question)) return [refusedByQuestion(question)];
    if (listing === undefined || ![401, 403].includes(listing.sight.status)) return [];
    if (/unsafe_example_api_key/.test(listing.sight.bodyText)) return [];
    const byIngress = isPage(listing.sight.headers['content-type']) || /^basic/i.test(listing.sight.headers['www-authenticate'] ?? '');
    if (!hasKey) return [noKeyGiven(listing)];
    return [
      {
        row: 1,
        weight: byIngress ? 'likely' : 'certain',
        title: byIngress ? 'something in front of the proxy turns the caller away' : 'the client key is refused',
        evidence: evidenceOf(listing),
        questions: ['models'],
        cause: byIngress
          ? 'A reverse proxy or gateway asks for credentials of its own and answers with its own page; the proxy was not reached.'
          : 'The key is not in the list: it was rotated, has another letter case or an invisible character, or a gateway in front replaces it.',
        remediation: byIngress
          ? 'Let the gateway pass Authorization, X-Api-Key and X-Goog-Api-Key through, or give it its credentials.'
          : 'Put exactly this key into api-keys, without spaces, or set WIREPROOF_KEY to one that is there. The file is read again by itself.',
      },
    ];
  },
};

export default sign;
