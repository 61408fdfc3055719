import type { PageRow } from '#scenarios/kit/page-row';

import { evidenceOf } from '../evidence.ts';
import { befallsEitherMode, refusalOf, type RefusalKind } from '../refusal.ts';
import type { ModelAnswer, Seen } from '../seen.ts';
import type { Named, Sign, Weight } from '../sign.ts';

interface Reading {
  readonly row: PageRow | null;
  readonly weight: Weight;
  readonly title: string;
  readonly cause: string;
  readonly remediation: string;
}

/** What a refusal of a model that the list offers means. Rows 8, 9, 10 and 13 have signs of their own for theirs. */
const readings: Readonly<Partial<Record<RefusalKind, Reading>>> = {
  forbidden: {
    row: 2,
    weight: 'certain',
    title: 'the provider takes the account and refuses what it asks for (403)',
    cause: 'The account has no licence or subscription for the model, has to be verified, or its token lacks a scope.',
    remediation: 'Mend the account’s entitlement, let other accounts answer (max-retry-credentials: 0), or name a fallback on "forbidden".',
  },
  'token-refused': {
    row: 16,
    weight: 'likely',
    title: 'the provider refuses the proxy’s own credential (401)',
    cause: 'The client’s key is fine. The token of the account has run out and is not renewed, or the provider’s API key was revoked.',
    remediation:
      'Log the account in again or replace the API key, and make sure that the auth folder can be written, so that renewed tokens stay.',
  },
  'no-credential': {
    row: 16,
    weight: 'likely',
    title: 'no account of the model is usable',
    cause: 'All of its accounts rest or are suspended after earlier refusals (401, 403, 404), or none could be renewed.',
    remediation: 'Find the first refusal in the log: the later ones hide it. Log in again, and end the rest once it is mended.',
  },
  quota: {
    row: 19,
    weight: 'certain',
    title: 'the quota of the provider’s account is used up',
    cause: 'The free or paid allowance of the account or project is spent.',
    remediation: 'Take another account or project, let used-up ones be skipped (quota-exceeded), and lower the concurrency.',
  },
  rate: {
    row: 'rate-limits',
    weight: 'certain',
    title: 'the provider limits the rate (429)',
    cause: 'More is asked than the accounts of the model are allowed, and clients that try again make it worse.',
    remediation: 'Add accounts, lower the concurrency, let clients wait as long as Retry-After says, and name a fallback on "quota".',
  },
  'cooling-down': {
    row: 'rate-limits',
    weight: 'certain',
    title: 'all accounts of a model cool down after 429',
    cause: 'Every account was limited before, and the proxy leaves them alone for a while.',
    remediation: 'Wait as long as reset_seconds says, add accounts, and lower the concurrency.',
  },
  timeout: {
    row: 'timeouts',
    weight: 'likely',
    title: 'a provider does not answer in time',
    cause: 'The provider is slow or not reachable from the proxy, or something in between gives up before it answers.',
    remediation: 'Ask the provider from the proxy’s host; raise the timeouts of what stands in front, and stream long answers.',
  },
  broken: {
    row: null,
    weight: 'certain',
    title: 'a provider fails with a server error',
    cause: 'The provider is down, the proxy cannot reach its address, or what stands in between answers in its place.',
    remediation: 'Look at the provider’s status and at the proxy’s log; check base-url and proxy-url of the provider; name a fallback.',
  },
  'bad-translation': {
    row: 3,
    weight: 'likely',
    title: 'the provider cannot read what the proxy made of the question',
    cause: 'The translation to the provider’s dialect gives a body that it refuses.',
    remediation: 'Run a newer build, and compare with the same question in the provider’s own dialect.',
  },
  'too-large': {
    row: 6,
    weight: 'likely',
    title: 'a question of a few bytes is too large for somebody',
    cause: 'What stands in front, or the route, has a body limit of next to nothing.',
    remediation: 'Raise client_max_body_size or its like, and the limits of the route.',
  },
};

const ofAnotherSign = (name: string, kind: RefusalKind): boolean =>
  kind === 'not-acceptable' || (/spark/.test(name) && ['not-for-this-account', 'unknown-model', 'other'].includes(kind));

interface Refused extends ModelAnswer {
  readonly kind: RefusalKind;
}

const refusedOf = (all: readonly ModelAnswer[]): readonly Refused[] =>
  all.flatMap((each): readonly Refused[] => {
    const kind = refusalOf(each.answered.sight);
    return kind === undefined || ofAnotherSign(each.name, kind) ? [] : [{ ...each, kind }];
  });

/** Of streams, those that were refused at once with what a plain question could have met as well: other refusals are row 4's, breaks row 17's. */
const refusedStreams = ({ streamed }: Seen): readonly Refused[] =>
  refusedOf(streamed.filter(({ answered: { sight } }) => sight.status >= 400 && sight.end === 'complete')).filter(({ kind }) =>
    befallsEitherMode(kind),
  );

const namesOf = (all: readonly ModelAnswer[]): readonly string[] => [...new Set(all.map(({ name }) => name))];

const namedFor = (kind: RefusalKind, reading: Reading, all: readonly Refused[], asked: number): Named => {
  const [first] = all;
  const [name, ...others] = namesOf(all);
  const mode = first?.answered.question.probe.stream === true ? ', with "stream": true' : '';
  const seen = first === undefined ? kind : `${name}: ${evidenceOf(first.answered)}${mode}`;
  const also = others.length === 0 ? '' : `; also ${others.slice(0, 4).join(', ')}`;
  return {
    ...reading,
    evidence: `${seen}${also} (${others.length + 1} of ${asked} asked)`,
    questions: all.map(({ answered }) => answered.question.id),
  };
};

const sign: Sign = {
  name: 'provider-refuses',
  read: (seen) => {
    const refused = [...refusedOf(seen.asked), ...refusedStreams(seen)];
    const asked = namesOf(seen.asked).length;
    return [...new Set(refused.map(({ kind }) => kind))].flatMap((kind) => {
      const reading = readings[kind];
      const all = refused.filter((each) => each.kind === kind);
      return reading === undefined ? [] : [namedFor(kind, reading, all, asked)];
    });
  },
};

export default sign;
