import type { Action, ActionResult } from '../action.ts';
import type { Cell, ClientDialect } from '../cell.ts';
import { deviates, holds, type Reading } from '../expectation.ts';
import type { Probe } from '../probe.ts';
import type { CallerSight } from '../sight.ts';

/** Where a client looks for the address and the key; the first variable that is set counts. */
export interface ReadsEnvironment {
  readonly address: readonly string[];
  readonly key: readonly string[];
  /** What of the requests' paths the address says already. */
  readonly mount: string;
}

/** A program that calls a model as SDKs do: without an address in its environment it goes to its vendor. */
export interface ClientAction extends Action {
  readonly kind: 'client';
  readonly reads: ReadsEnvironment;
  /** A call for its own affairs, before the model is asked. */
  readonly control?: { readonly path: string; readonly address: readonly string[] };
  /** It is started after the exports, even where the scenario's shell makes them late. */
  readonly startedAnew?: true;
}

export interface ClientRequest {
  readonly method: string;
  readonly path: string;
  readonly status?: number;
}

export interface ClientResult extends ActionResult {
  readonly kind: 'client';
  /** The paths that its calls have at the target. */
  readonly asks: { readonly model: string; readonly control?: string };
  /** Requests that went through the target. */
  readonly through: readonly ClientRequest[];
  /** What went past it: `the vendor`, or host and port, with what was asked there where that was seen. */
  readonly past: readonly { readonly to: string; readonly requests: readonly string[] }[];
}

const sdkVariables: Readonly<Record<ClientDialect, ReadsEnvironment>> = {
  'openai-chat': { address: ['OPENAI_BASE_URL'], key: ['OPENAI_API_KEY'], mount: '/v1' },
  'openai-responses': { address: ['OPENAI_BASE_URL'], key: ['OPENAI_API_KEY'], mount: '/v1' },
  'anthropic-messages': { address: ['ANTHROPIC_BASE_URL'], key: ['ANTHROPIC_API_KEY', 'ANTHROPIC_AUTH_TOKEN'], mount: '' },
  'gemini-generate': { address: ['GOOGLE_GEMINI_BASE_URL'], key: ['GEMINI_API_KEY', 'GOOGLE_API_KEY'], mount: '' },
};

/** What the vendors' own SDKs read. */
export const readBySdk = ({ client }: Cell): ReadsEnvironment => sdkVariables[client];

/** The request, sent by a client program that is started with the environment of the scenario's shell and traced. */
export const sentByClient = (request: Probe, client: Omit<ClientAction, 'kind'>): Probe => ({
  ...request,
  timeoutMs: 30_000,
  action: { kind: 'client', ...client } satisfies ClientAction,
});

const resultOf = ({ action }: CallerSight): ClientResult | undefined => (action?.kind === 'client' ? (action as ClientResult) : undefined);

const shown = (result: ClientResult): unknown => ({ through: result.through, past: result.past });

/** Holds when the client's call came to the target, whatever became of it. */
export const cameThrough = (sight: CallerSight, call: 'model' | 'control' = 'model'): Reading => {
  const result = resultOf(sight);
  const path = result?.asks[call];
  if (path !== undefined && result?.through.some((request) => request.path === path) === true) return holds();
  return deviates({ expected: `${path ?? 'a call'} at the proxy`, actual: result === undefined ? 'no client was seen' : shown(result) });
};

/** Holds when something of the client was seen, and all of it went through the target. */
export const wentNowhereElse = (sight: CallerSight): Reading => {
  const result = resultOf(sight);
  if (result !== undefined && result.through.length > 0 && result.past.length === 0) return holds();
  return deviates({
    expected: 'requests at the proxy, and none past it',
    actual: result === undefined ? 'no client was seen' : shown(result),
  });
};
