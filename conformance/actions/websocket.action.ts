import type { Action } from '#scenarios/kit/action';
import type { WebsocketAction } from '#scenarios/kit/actions/websocket';
import type { CallerSight } from '#scenarios/kit/sight';

import { sentHeaders } from '../transport/sent-headers.ts';
import { withToken } from '../transport/request-body.ts';
import type { ActionContext, ActionPerformer } from './action.ts';
import { SocketCaller } from './websocket-caller.ts';

const addressOf = ({ url, path, token }: ActionContext): string => `${url.replace(/^http/, 'ws')}${withToken(path, token)}`;

const perform = (action: Action, context: ActionContext): Promise<CallerSight> => {
  const { probe, token, headers, upstream, withinMs, signal } = context;
  return new SocketCaller({
    address: addressOf(context),
    headers: sentHeaders(probe, {}, headers),
    messages: (action as WebsocketAction).messages,
    probe,
    token,
    onBytes: (bytes) => upstream?.callerSaw(token, bytes),
  }).run(withinMs, signal);
};

/** Sends messages on a WebSocket and collects the frames that answer them. Never rejects: every ending leaves a sight. */
export const action: ActionPerformer = { perform };
