import { createHash } from 'node:crypto';

import { textOf } from '../../json/json-body.ts';
import type { Provider, ProviderRequest } from '../provider.ts';
import { asServerSentEvents } from './event-stream.ts';
import oauth from './oauth.ts';

/** In the form of a UUID, whatever attempts are called. */
const conversationId = (attemptId: string): string =>
  createHash('sha256')
    .update(attemptId)
    .digest('hex')
    .slice(0, 32)
    .replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');

const opening = '{"conversationState":{';

/**
 * Conversations are sent whole each time, so each attempt is one of its own. Edited as text: the arguments of calls keep digits that
 * parsing would round.
 */
const withIds = ({ body, credential, attemptId }: ProviderRequest): string => {
  const { profile_arn: arn } = credential.fields;
  const profile = arn === undefined ? '' : `"profileArn":${JSON.stringify(arn)},`;
  const conversation = `"conversationState":{"conversationId":"${conversationId(attemptId)}",`;
  return `{${profile}${conversation}${textOf(body).slice(opening.length)}`;
};

/** Kiro behind an OAuth token; answers always stream, as AWS's binary events (row 16 (b) 1). The proxy names itself. */
const provider: Provider = {
  id: 'kiro',
  dialect: 'kiro',
  operations: ['generate'],
  catalogue: ['kiro-claude-sonnet-4-6', 'kiro-claude-opus-4-6', 'kiro-claude-opus-4-5', 'kiro-claude-sonnet-4-5', 'kiro-claude-haiku-4-5'],
  owner: 'kiro',
  oauth,
  prepare: (request: ProviderRequest) => ({
    path: '/generateAssistantResponse',
    headers: {
      'content-type': 'application/json',
      accept: 'application/vnd.amazon.eventstream',
      authorization: `Bearer ${request.credential.secret}`,
    },
    body: withIds(request),
    streams: true,
  }),
  asServerSentEvents,
};

export default provider;
