import { accountsPrefix } from '#fixtures/upstreams/accounts/accounts';

import { isRecord, jsonOf, type Message, type Reply, withJson } from './defect.ts';

/** What defects of row 16 need to know of requests to the vendors of accounts, and of the listing of auth files. */

const isGeneration = (path: string): boolean => path.endsWith('/generateAssistantResponse');

/** Whether a token endpoint is asked. */
export const asksForTokens = ({ path }: Message): boolean => path.startsWith(accountsPrefix) && !isGeneration(path);

/** Whether a model is asked with an account's token. */
export const asksWithToken = ({ headers }: Message): boolean => (headers['authorization'] ?? '').includes('-access-');

export const jsonReply = (status: number, body: unknown): Reply => ({
  status,
  headers: { 'content-type': 'application/json' },
  body: Buffer.from(JSON.stringify(body)),
});

/** The refresh token that a request for tokens shows, be it a form or JSON. */
export const shownRefreshToken = (message: Message): string => {
  const json = jsonOf(message.body) ?? {};
  const form = new URLSearchParams(message.body.toString('utf8'));
  const shown = json['refreshToken'] ?? json['refresh_token'] ?? form.get('refresh_token');
  return typeof shown === 'string' ? shown : '';
};

const filesPath = '/v0/management/auth-files';
export const isAboutFiles = ({ path }: Message): boolean => path.startsWith(filesPath);

/** The listing of auth files with other entries; any other reply as it is. */
export const withFiles = (reply: Reply, edit: (files: readonly Record<string, unknown>[]) => readonly unknown[]): Reply =>
  withJson(reply, (body) => (Array.isArray(body['files']) ? { ...body, files: edit(body['files'].filter(isRecord)) } : body));
