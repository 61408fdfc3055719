import type { Action } from './action.ts';
import type { Probe } from './probe.ts';

/** A step that performs the action. What it says as a request is told by `request`; a step that sends none needs nothing of it. */
export const acting = (action: Action, request: Partial<Probe> & Pick<Probe, 'dialect'>): Probe => ({
  method: 'GET',
  path: '/',
  headers: {},
  stream: false,
  encoding: 'identity',
  framing: 'content-length',
  timeoutMs: 30_000,
  after: [],
  maxOutputTokens: 0,
  ...request,
  action,
});
