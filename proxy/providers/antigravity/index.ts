import { createHash } from 'node:crypto';

import { textOf } from '../../json/json-body.ts';
import type { Provider, ProviderRequest } from '../provider.ts';
import oauth from './oauth.ts';

/** These upstream ids are only served as a stream, whatever the client asked for (sheet 1.10). */
const alwaysStreams = (model: string): boolean => /claude|gemini-3-pro/.test(model);

/** `-<int>`, the form in which the service writes session ids. */
const sessionId = (attemptId: string): string => `-${createHash('sha256').update(attemptId).digest().readUIntBE(0, 6)}`;

/** Adds the session to the Gemini request as text: the request may be no valid JSON, and must then arrive as it is (sheet R3 b). */
const withSession = (request: string, id: string): string => {
  const end = request.lastIndexOf('}');
  if (end === -1) return request;
  const isEmpty = /^\s*\{\s*$/.test(request.slice(0, end));
  return `${request.slice(0, end)}${isEmpty ? '' : ','}"sessionId":${JSON.stringify(id)}${request.slice(end)}`;
};

const envelope = ({ model, body, credential, attemptId }: ProviderRequest): string => {
  const about = {
    model,
    userAgent: 'antigravity',
    requestType: 'agent',
    ...(credential.fields.project_id !== undefined && { project: credential.fields.project_id }),
    requestId: `agent-${attemptId}`,
  };
  return `${JSON.stringify(about).slice(0, -1)},"request":${withSession(textOf(body), sessionId(attemptId))}}`;
};

type Tree = Readonly<Record<string, unknown>>;

const parsed = (text: string): Tree | undefined => {
  try {
    return JSON.parse(text) as Tree;
  } catch {
    return undefined;
  }
};

/** The request alone, without model, project and safety settings (sheet 1.10). One that is no valid JSON goes as it is (sheet R3 b). */
const countBody = (body: string): string => {
  const tree = parsed(body);
  if (tree === undefined) return `{"request":${body}}`;
  const { model: _model, safetySettings: _settings, ...request } = (tree.generateContentRequest ?? tree) as Tree;
  return JSON.stringify({ request });
};

const callPath = (counts: boolean, streams: boolean): string => {
  if (counts) return '/v1internal:countTokens';
  return streams ? '/v1internal:streamGenerateContent?alt=sse' : '/v1internal:generateContent';
};

const hasResponse = (wire: unknown): wire is { readonly response: unknown } =>
  wire !== null && typeof wire === 'object' && 'response' in wire;

/** Gemini in an envelope, behind an OAuth token. */
const provider: Provider = {
  id: 'antigravity',
  dialect: 'gemini-generate',
  operations: ['generate', 'count-tokens'],
  catalogue: ['claude-opus-4-6-thinking', 'gemini-3-pro-high', 'gemini-3-flash'],
  owner: 'antigravity',
  oauth,
  prepare: (request: ProviderRequest) => {
    const counts = request.operation === 'count-tokens';
    const streams = !counts && (request.stream || alwaysStreams(request.model));
    return {
      path: callPath(counts, streams),
      headers: {
        'content-type': 'application/json',
        accept: streams ? 'text/event-stream' : 'application/json',
        authorization: `Bearer ${request.credential.secret}`,
      },
      body: counts ? countBody(textOf(request.body)) : envelope(request),
      streams,
    };
  },
  unwrap: (wire) => (hasResponse(wire) ? wire.response : wire),
};

export default provider;
