import { CLIENT_KEY, type Probe } from '#scenarios/kit/probe';

import { estimateInputTokens } from '../engine/budget.ts';
import { encodeBody } from '../transport/request-body.ts';

/** The steps of the page's checklist, and what comes with them. */
export const topics = ['health', 'auth', 'inventory', 'providers', 'streaming', 'management'] as const;
export type Topic = (typeof topics)[number];

/** One request of the triage. Its id is how signs find its answer; it is asked once. */
export interface TriageQuestion {
  readonly id: string;
  readonly topic: Topic;
  /** What it wants to know, for people. */
  readonly wants: string;
  /** A probe with a `credential` shows what that says, the caller's key only by its placeholder; without, that key as its dialect does. */
  readonly probe: Probe;
  /** The model that is asked for an answer. */
  readonly model?: string;
  /** The address behind the reverse proxy, where that is known. */
  readonly at?: 'direct';
}

/** Tokens that an answer can cost at most: nothing where none is generated. */
export const worstCaseOf = ({ probe }: TriageQuestion): number =>
  probe.maxOutputTokens === 0 ? 0 : probe.maxOutputTokens + estimateInputTokens(encodeBody(probe, '').bytes?.byteLength ?? 0);

/** Whether it keeps the caller's key to itself. */
export const showsNoKey = ({ probe: { credential } }: Pick<TriageQuestion, 'probe'>): boolean =>
  credential !== undefined && !JSON.stringify(credential).includes(CLIENT_KEY);
