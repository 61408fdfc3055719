import type { LogLine } from '#scenarios/kit/sight';

import type { HostedProxy, ProxyStart } from './hosted-proxy.ts';

/** To the thread that runs reference proxies. `call` pairs a question with its answer; `proxy` is the number that start answered. */
export type ThreadQuestion = { readonly call: number } & (
  | { readonly ask: 'start'; readonly start: ProxyStart }
  /** `from`: how many lines the asker has already. */
  | { readonly ask: 'logs'; readonly proxy: number; readonly from: number }
  | { readonly ask: 'pass'; readonly proxy: number; readonly ms: number }
  | { readonly ask: 'restart'; readonly proxy: number }
  | { readonly ask: 'stop'; readonly proxy: number }
);

/** The number by which a proxy is asked about from now on, and where it can be reached. */
export interface StartedProxy extends Pick<HostedProxy, 'url' | 'inProcessUrl'> {
  readonly proxy: number;
}

export type ThreadAnswer = { readonly call: number } & (
  { readonly value: StartedProxy | readonly LogLine[] | null } | { readonly failure: string }
);
