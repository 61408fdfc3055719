import assert from 'node:assert/strict';

import { exchange } from '#fixtures/catalogue';
import type { SurfaceId } from '#fixtures/exchange';
import { answer, type Script } from '#fixtures/upstreams/script';

import type { ClientDialect, ClientFailure } from '../client-under-test.ts';
import type { Topic } from '../proxied-upstreams.ts';
import { bodyOf, connect, dialectOf, failureIn, finalText, type Behaviours, type Case, type Fields } from './case.ts';

const errorOf = (exchangeId: string): Fields => (bodyOf(exchangeId) as { readonly error: Fields }).error;

/** Google gives its answers no id. */
const idOf = (surface: SurfaceId): string | null => {
  const id = { 'anthropic-messages': 'req_011CWireproofText0001', 'gemini-generate': null };
  return { 'openai-chat': 'req_wireproof_7', 'openai-responses': 'req_wireproof_7', ...id }[dialectOf(surface)];
};

/** OpenAI's ids are in a header only. */
const refusing =
  (exchangeId: string, surface: SurfaceId): Script =>
  () => {
    const known = exchange(exchangeId);
    const id = dialectOf(surface).startsWith('openai') ? { 'x-request-id': idOf(surface) ?? '' } : {};
    return { exchange: exchangeId, made: { ...known, response: { ...known.response, headers: { ...known.response.headers, ...id } } } };
  };

type Refusal = 'invalid-temperature' | 'rate-limited';

/** OpenAI's codes are of its own upstreams, but for those that follow from the status; the others have one per status. */
const codeOf = (client: ClientDialect, surface: SurfaceId, slug: Refusal): unknown => {
  const limited = slug === 'rate-limited';
  if (client === 'anthropic-messages') return limited ? 'rate_limit_error' : 'invalid_request_error';
  if (client === 'gemini-generate') return limited ? 'RESOURCE_EXHAUSTED' : 'INVALID_ARGUMENT';
  if (limited) return 'rate_limit_exceeded';
  return dialectOf(surface).startsWith('openai') ? 'decimal_above_max_value' : null;
};

/** Google's SDK shows no headers, and its errors have no place for an id. */
const toldId = ({ client, surface }: Case): string | null => (client.dialect === 'gemini-generate' ? null : idOf(surface));

const refused = async (about: Case, slug: Refusal, stream: boolean, maxRetries: number): Promise<readonly [ClientFailure, Topic]> => {
  const { client, surface } = about;
  const exchangeId = `${surface}/${slug}`;
  const topic = about.proxied.topic(refusing(exchangeId, surface));
  const failure = await failureIn(about, client.say(connect(about, { maxRetries }), { text: topic.text, stream }));
  const { className, status, message, code, requestId = null } = failure;
  const [known, statusCode] = slug === 'rate-limited' ? [client.classes.rateLimit, 429] : [client.classes.badRequest, 400];
  assert.deepEqual(
    { className, status, message, code, requestId },
    {
      className: known,
      status: statusCode,
      message: errorOf(exchangeId)['message'],
      code: codeOf(client.dialect, surface, slug),
      requestId: toldId(about),
    },
  );
  return [failure, topic];
};

const tellsBadRequest =
  (stream: boolean) =>
  async (about: Case): Promise<void> => {
    const [, topic] = await refused(about, 'invalid-temperature', stream, 2);
    assert.equal(topic.calls().length, 1);
  };

const tellsRateLimit =
  (stream: boolean) =>
  async (about: Case): Promise<void> => {
    const [{ header }] = await refused(about, 'rate-limited', stream, 0);
    const comeBack = ['retry-after', 'retry-after-ms'].map((name) => header?.(name));
    assert.deepEqual(comeBack, about.client.showsHeaders ? ['7', '1'] : [undefined, undefined]);
  };

const failsTwice = (surface: SurfaceId): Script =>
  answer('text')
    .when(({ callIndex }) => callIndex === 0, `${surface}/rate-limited`)
    .when(({ callIndex }) => callIndex === 1, `${surface}/server-error`);

const retries =
  (stream: boolean) =>
  async (about: Case): Promise<void> => {
    const topic = about.proxied.topic(failsTwice(about.surface));
    const line = connect(about, { maxRetries: 2 });
    const said = await about.client.say(line, { text: topic.text, stream });
    assert.equal(said.text, finalText);
    await topic.settled();
    assert.deepEqual(
      topic.calls().map(({ receipt }) => receipt?.status),
      [429, 500, 200],
    );
    // What the client was told to wait in between.
    assert.deepEqual(
      line.heads().map((head) => [head.get('retry-after'), head.get('retry-after-ms')]),
      [
        ['7', '1'],
        [null, '1'],
        [null, null],
      ],
    );
  };

const givesUp = async (about: Case): Promise<void> => {
  const [, topic] = await refused(about, 'rate-limited', false, 1);
  assert.equal(topic.calls().length, 2);
};

export const errors: Behaviours = {
  'tells a 400 as it was said, once': tellsBadRequest(false),
  'tells a 400 as it was said, once, when streaming': tellsBadRequest(true),
  'tells a 429 as it was said, and when to come back': tellsRateLimit(false),
  'tells a 429 as it was said, and when to come back, when streaming': tellsRateLimit(true),
  'retries after 429 and 500': retries(false),
  'retries after 429 and 500, streamed': retries(true),
  'gives up after its last retry': givesUp,
};
