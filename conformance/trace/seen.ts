import { printable, shortened } from '../reporters/printable.ts';

/** Who of us saw it. */
export const mechanisms = {
  relay: 'the relay in front of the target',
  'forward-proxy': 'the forward proxy given in HTTP_PROXY, HTTPS_PROXY and ALL_PROXY',
  preload: 'our module inside of the Node process',
  sockets: 'the sockets of the processes, looked at ten times a second',
} as const;
export type Mechanism = keyof typeof mechanisms;

/** One thing that a client did to the outside. */
export interface Seen {
  /** Milliseconds after the client was started. */
  readonly atMs: number;
  readonly by: Mechanism;
  readonly kind: 'request' | 'connection' | 'datagram' | 'look-up' | 'local socket';
  /** `host:port`; a name alone for look-ups. */
  readonly to: string;
  /** `through` the target; a `bypass`; `allowed` by --allow; only `noted`, as it proves nothing either way. */
  readonly verdict: 'through' | 'bypass' | 'allowed' | 'noted';
  readonly method?: string;
  /** Without the values of its query: a key may be there. */
  readonly path?: string;
  /** The target's answer; absent when none came. */
  readonly status?: number;
  readonly pid?: number;
  /** It was kept from leaving the machine. */
  readonly refused?: true;
}

/** Values of these say nothing about anybody. */
const openParameters = new Set(['alt', 'beta', 'client_version', 'stream', 'api-version']);
const longestPath = 300;

/** A path that can be shown: no value of a query but a few known ones, nothing that moves a terminal's cursor, no end without end. */
export const shownPath = (path: string): string => {
  const [place = '', query] = path.split(/\?(.*)/s);
  const parts = query?.split('&').map((part) => {
    const [name = ''] = part.split('=');
    return openParameters.has(name) || !part.includes('=') ? part : `${name}=…`;
  });
  const whole = parts === undefined ? place : `${place}?${parts.join('&')}`;
  return shortened(printable(whole), longestPath);
};

const modelCall = /\/(chat\/completions|completions|responses|messages|embeddings)(\?|$)|:(generateContent|streamGenerateContent)(\?|$)/;

/** A request that asks a model, in one of the dialects; anything else a client sends is control traffic. */
export const isModelCall = ({ kind, method, path = '' }: Pick<Seen, 'kind' | 'method' | 'path'>): boolean =>
  kind === 'request' && (method === 'POST' || path.includes('/responses')) && modelCall.test(path);
