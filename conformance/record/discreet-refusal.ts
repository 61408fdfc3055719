import { discreetText } from '#fixtures/recordings/discreet-text';

import type { CapturedRequest } from './captured.ts';
import type { Refusal, RefusalCode } from './refusal.ts';

export interface ToldRefusal {
  readonly code: RefusalCode;
  readonly detail: string;
  readonly method: string;
  readonly path: string;
}

const longestPath = 200;
const longestDetail = 1_000;

/** What is told of an exchange that was not saved. It goes to logs that others read: without the query, and without what looks like a secret. */
export const toldRefusal = ({ method, target }: CapturedRequest, { code, message }: Refusal): ToldRefusal => ({
  method,
  path: discreetText(target.replace(/\?.*$/s, ''), longestPath),
  code,
  detail: discreetText(message, longestDetail),
});
