import type { CallerSight } from '#scenarios/kit/sight';

import { whyNoEndpoint } from '../discover/propose.ts';
import { noSuchModel } from '../discover/questions.ts';

/** Why a question to a model was not answered, as far as status and words tell. */
export type RefusalKind =
  | 'unknown-model'
  | 'not-for-this-account'
  | 'quota'
  | 'cooling-down'
  | 'rate'
  | 'no-credential'
  | 'key-refused'
  | 'token-refused'
  | 'forbidden'
  | 'not-acceptable'
  | 'bad-translation'
  | 'too-large'
  | 'timeout'
  | 'broken'
  | 'other';

/** Words decide before the status: builds send the same thing with different statuses (sheets S3, 1.4, R8, R19). */
const byWords: readonly (readonly [RefusalKind, RegExp])[] = [
  ['key-refused', /"(?:invalid|missing) api key"|unsafe_example_api_key/i],
  [
    'not-for-this-account',
    /not supported when using|not (?:supported|available) (?:for|on|with) your|does not (?:have|include) access to (?:the )?model/i,
  ],
  ['cooling-down', /model_cooldown|cooling down/i],
  [
    'quota',
    /insufficient_quota|quota exceeded|allocated quota|exhausted your capacity|quota will reset|exceeded your current quota|usage limit|out of credits/i,
  ],
  ['no-credential', /auth_unavailable|auth_not_found|no auth available|no usable credential/i],
  ['bad-translation', /invalid json payload|tool_result/i],
  [
    'unknown-model',
    /unknown provider for model|model_not_found|unknown model|bad model|model[^"]{0,80}(?:does not exist|not found|not exist)|no such model/i,
  ],
];

const byStatus: Readonly<Record<number, RefusalKind>> = {
  401: 'token-refused',
  402: 'quota',
  403: 'forbidden',
  404: 'unknown-model',
  406: 'not-acceptable',
  408: 'timeout',
  413: 'too-large',
  429: 'rate',
  504: 'timeout',
};

const statusKind = (status: number): RefusalKind => byStatus[status] ?? (status >= 500 ? 'broken' : 'other');

const ofEitherMode: ReadonlySet<RefusalKind> = new Set([
  'quota',
  'rate',
  'cooling-down',
  'broken',
  'timeout',
  'no-credential',
  'token-refused',
]);

/** Trouble that comes and goes, or is the account's: it can befall a plain question and a stream alike, so it tells nothing of the mode. */
export const befallsEitherMode = (kind: RefusalKind | undefined): boolean => kind !== undefined && ofEitherMode.has(kind);

const longestText = 16_384;

/** Undefined when the question was answered with a success whose body came to its end. */
export const refusalOf = ({ status, end, bodyText }: Pick<CallerSight, 'status' | 'end' | 'bodyText'>): RefusalKind | undefined => {
  if (status >= 200 && status < 300 && end === 'complete') return undefined;
  if (end === 'timeout') return 'timeout';
  if (end !== 'complete') return 'broken';
  const text = bodyText.slice(0, longestText);
  return byWords.find(([, words]) => words.test(text))?.[0] ?? statusKind(status);
};

/** Whether an endpoint took notice of a question, if only to refuse its key: what a path that is not there says tells nothing of the key. */
export const cameToAnEndpoint = (answered: { readonly sight: CallerSight } | undefined): boolean =>
  isKeyRefusal(answered) || whyNoEndpoint(answered?.sight, undefined) === undefined;

/**
 * Whether a question that names no model of anybody was refused for its key. 403 counts with an error only: pages and empty bodies with that
 * status are what firewalls say of a path.
 */
export const isKeyRefusal = (answered: { readonly sight: CallerSight } | undefined): boolean => {
  if (answered === undefined || answered.sight.end !== 'complete') return false;
  const { status, json, bodyText } = answered.sight;
  const hasError = typeof json === 'object' && json !== null && 'error' in json;
  return status === 401 || (status === 403 && hasError && !bodyText.includes(noSuchModel));
};
