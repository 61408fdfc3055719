import { clientDialects } from '#scenarios/kit/cell';

import { whyNoEndpoint } from '../../discover/propose.ts';
import { evidenceOf } from '../evidence.ts';
import type { Seen } from '../seen.ts';
import type { Named, Sign } from '../sign.ts';

const isPage = (type: string | undefined): boolean => /^text\/html/i.test(type ?? '');

/** Whatever answered, if no dialect and no list of models is behind it. */
const speaksNothing = ({ listed, answer }: Seen): boolean => {
  const nowhere = answer('nowhere');
  return (
    listed === undefined &&
    nowhere !== undefined &&
    clientDialects.every((dialect) => whyNoEndpoint(answer(dialect)?.sight, nowhere.sight) !== undefined)
  );
};

const gateway = (status: number): boolean => [502, 503, 504].includes(status);

const sign: Sign = {
  name: 'foreign-service',
  read: (seen) => {
    const listing = seen.answer('models');
    if (listing === undefined || listing.sight.status === 0 || !speaksNothing(seen)) return [];
    const { status, headers } = listing.sight;
    const about = { row: 'startup', weight: 'likely', evidence: evidenceOf(listing), questions: ['models'] } as const;
    const named: Named = gateway(status)
      ? {
          ...about,
          title: 'what stands in front cannot reach the proxy',
          cause: 'A reverse proxy answers in place of the proxy, which has not started or listens elsewhere.',
          remediation: 'Start the proxy, and compare its host and port with the upstream that the reverse proxy has for it.',
        }
      : {
          ...about,
          title: isPage(headers['content-type']) ? 'a web page answers, and no proxy' : 'something else than an LLM proxy answers here',
          cause:
            status >= 300 && status < 400
              ? `It redirects to ${(headers['location'] ?? 'nowhere').slice(0, 200)}; redirects are not followed, and clients lose the body and the key on one.`
              : 'Another process holds the port, the path before /v1 is missing in the URL, or an ingress does not route /v1 to the proxy.',
          remediation:
            'See who listens (lsof -iTCP:PORT -sTCP:LISTEN), and check scheme, port and path of the URL and the ingress’s rules.',
        };
    return [named];
  },
};

export default sign;
