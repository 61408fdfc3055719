import http, { type ClientRequest, type IncomingMessage } from 'node:http';
import https from 'node:https';

import { forwardedFields } from './hop-by-hop.ts';
import type { PassThroughOptions } from './pass-through-options.ts';

/** `OPTIONS *` is about the whole server, whatever it has been mounted on. */
const belowMount = (mount: string, target: string): string => (target === '*' ? target : `${mount.replace(/\/$/, '')}${target}`);

/** The head of a client's request, on its way to the upstream. Throws where node would not send what the client has sent. */
export const sendUpstream = (
  { method, rawHeaders }: IncomingMessage,
  target: string,
  { upstream, plain }: PassThroughOptions,
  agent: http.Agent,
): ClientRequest => {
  const to = new URL(upstream);
  const { request } = to.protocol === 'https:' ? https : http;
  return request({
    protocol: to.protocol,
    hostname: to.hostname.replace(/^\[|\]$/g, ''),
    port: to.port,
    path: belowMount(to.pathname, target),
    method,
    headers: forwardedFields(rawHeaders, { host: to.host, plain }),
    setHost: false,
    agent,
  });
};
