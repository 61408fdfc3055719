import type { SensitiveKind } from '#fixtures/recordings/sensitive';

import type { Spoiled } from './captured.ts';

/** Why an exchange passed and was not saved. */
export type RefusalCode =
  Spoiled | 'too-large' | 'request-cut' | 'encoded' | 'cannot-redact' | 'secret-left' | 'cannot-say' | 'not-written' | 'own-fault';

/** What cannot be written without harm or without a loss. */
export class Refusal extends Error {
  readonly code: RefusalCode;

  constructor(code: RefusalCode, detail: string) {
    super(detail);
    this.name = 'Refusal';
    this.code = code;
  }
}

/** What a refusal calls what it is about. */
export const looksLike: Readonly<Record<SensitiveKind, string>> = {
  credential: 'what looks like a credential',
  account: 'what looks like an account',
  personal: 'what looks personal',
  content: 'what was said',
};

/** What to do about each, for people. */
export const refusalHints: Readonly<Record<RefusalCode, string>> = {
  'client-left': 'let the client read to the end',
  'upstream-hung': 'ask again; --idle-timeout waits longer',
  'no-answer': 'look at --upstream and the network',
  http2: 'let the client speak HTTP/1.1',
  stopped: 'stop when nothing runs any more',
  'too-large': '--max-bytes keeps more',
  'request-cut': 'let the client send all of its request',
  encoded: '--plain asks the upstream for answers without content encoding',
  'cannot-redact': 'use a longer value for it, or --drop-content',
  'secret-left': 'keep it out of what is said, --drop-content, or do not --allow-header it',
  'cannot-say': 'a recording has no words for it; all else is recorded',
  'not-written': 'make room, or choose another --output',
  'own-fault': 'a fault of wireproof: please report it',
};
