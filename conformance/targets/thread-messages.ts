import type { LogLine } from '#scenarios/kit/sight';

import type { ProxyStart } from './hosted-proxy.ts';

/** To the thread that runs reference proxies. `call` pairs a question with its answer; `proxy` is the number that start answered. */
export type ThreadQuestion = { readonly call: number } & (
  | { readonly ask: 'start'; readonly start: ProxyStart }
  | { readonly ask: 'logs'; readonly proxy: number }
  | { readonly ask: 'stop'; readonly proxy: number }
);

export type ThreadAnswer = { readonly call: number } & (
  { readonly value: { readonly proxy: number; readonly url: string } | readonly LogLine[] | null } | { readonly failure: string }
);
