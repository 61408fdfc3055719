import { isTlsFault } from '../transport/ending.ts';
import type { Found } from './verdict.ts';

const ofManagement = ({ seen }: Pick<Found, 'seen'>): readonly string[] =>
  seen.answer('management')?.sight.status === 404 && seen.answer('openai-chat')?.sight.status === 502
    ? [
        'Whether the management API is on: builds of this kind tell nobody without a key, and tries end in a ban. By hand, once: GET /v0/management/config without a key says 404 where it is off, 401 or 403 where it is on.',
      ]
    : [];

const ofTheList = ({ seen }: Pick<Found, 'seen'>): readonly string[] => {
  const listing = seen.answer('models')?.sight;
  if (seen.listed === undefined && listing?.errorCode !== 'ANSWER_TOO_LARGE') return [];
  if (!seen.listIsWhole) {
    return [
      'Whether models are missing from the list: it could not be read whole, for it has further pages, entries without a usable name, or too many of them.',
    ];
  }
  return seen.wanted.length === 0
    ? ['Whether models are missing from the list: name a profile (--profile) or the models that callers use (--model).']
    : [];
};

const ofTheHop = ({ seen }: Pick<Found, 'seen'>): readonly string[] =>
  !seen.hasDirect && seen.answer('stream') !== undefined
    ? ['Which hop holds a stream back, if one does: give the proxy’s own address (--direct URL) when a reverse proxy stands in front.']
    : [];

const ofCounting = ({ seen }: Pick<Found, 'seen'>): readonly string[] =>
  seen.answer('metrics') !== undefined && seen.answer('metrics')?.sight.status !== 200
    ? ['What it counts of its providers: there is no /v1/metrics/providers.']
    : [];

const ofTls = ({ seen }: Pick<Found, 'seen'>): readonly string[] =>
  isTlsFault(seen.answer('health')?.sight.errorCode ?? '') ? ['What stands behind the TLS connection, which did not come about.'] : [];

const ofUnasked = ({ unasked }: Pick<Found, 'unasked'>): readonly string[] =>
  [...new Set(unasked.map(({ because }) => because))].map((because) => {
    const names = unasked.filter((each) => each.because === because).map(({ question }) => question.id);
    const shown = names.slice(0, 6).join(', ');
    return `Not asked: ${shown}${names.length > 6 ? ` and ${names.length - 6} more` : ''} (${because}).`;
  });

/** No outside observer sees these (sheet R1–R11, section 4). */
const never = [
  'Which of several accounts failed, and what the proxy’s own log and configuration say.',
  'Clients that go past the proxy (row 14: wireproof trace), and whether it can write its files (row 15).',
];

/** What the answers do not show, so that nobody takes silence for health. */
export const unseen = (found: Pick<Found, 'talk' | 'seen' | 'unasked' | 'limits'>): readonly string[] => [
  ...ofTls(found),
  ...ofUnasked(found),
  ...ofManagement(found),
  ...ofTheList(found),
  ...ofTheHop(found),
  ...ofCounting(found),
  ...never,
];
