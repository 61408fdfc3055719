import { afterEach, describe, expect, it } from 'vitest';

import type { Script } from '#fixtures/upstreams/script';
import { startMockUpstream } from '#fixtures/upstreams/serve';

import { saidBy } from '../../cli/testing/said-by.ts';
import { findNginx } from '../../grounds/between-nginx.ts';
import { placeBetween } from '../../grounds/between.ts';
import { resolveProfile } from '../../index.ts';
import { referenceConfig } from '../../targets/reference-config.ts';
import { ownThreadHost } from '../../targets/reference-host.ts';
import { triageSchema } from '../../triage/triage-schema.ts';
import { triage, type Triage, type TriageOptions } from '../../triage/triage.ts';
import { isSure } from '../../triage/verdict.ts';
import { goodVendors, withLiveProxy } from '../canary/live-proxy.ts';

const key = 'wireproof-key-of-a-deployment';

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

/** A small deployment: one provider and its three models. */
const deployed = async (vendor: Script, config: Readonly<Record<string, unknown>> = {}): Promise<string> => {
  const upstream = await startMockUpstream({ otherwise: vendor });
  closers.push(() => upstream.close());
  const whole = referenceConfig(upstream.baseUrl);
  const providers = (whole['openai-compatibility'] as readonly unknown[]).slice(0, 1);
  const proxy = await ownThreadHost.start({
    config: { host: '127.0.0.1', port: 0, 'api-keys': [key], 'openai-compatibility': providers, ...config },
    authFiles: [],
  });
  closers.push(() => proxy.stop());
  return proxy.url;
};

const always =
  (exchange: string): Script =>
  () => ({ exchange });

/** Streams come in pieces, over some time. */
const slowly: Script = (request) => ({ ...goodVendors(request), ...(request.stream && { dribble: { bytes: 160, everyMs: 50 } }) });

const ask = (url: string, more: Partial<TriageOptions> = {}): Promise<Triage> => triage({ url, key, ...more });

const sureRows = ({ named }: Triage) => named.filter(isSure).map(({ row }) => row);

const answer = (found: Triage) => ({ kind: found.verdict.kind, says: found.verdict.says, rows: sureRows(found) });

interface Asked {
  readonly url: string;
  readonly shown?: string;
  readonly direct?: string;
}

/** `wireproof triage URL` as a user types it, once for people and once for machines. */
const typed = async ({ url, shown = key, direct }: Asked) => {
  const run = (format: 'text' | 'json') =>
    saidBy(['triage', url, '--format', format, ...(direct === undefined ? [] : ['--direct', direct])], {
      cwd: '/',
      env: { WIREPROOF_KEY: shown },
    });
  const [text, json] = [await run('text'), await run('json')];
  const { verdict, named } = triageSchema.parse(JSON.parse(json.out));
  const rows = named.filter(({ weight }) => weight !== 'possible').map(({ row }) => row);
  return { codes: [text.code, json.code], says: verdict.says, rows, isSaidToPeople: text.out.includes(verdict.says) };
};

/** A provider whose address nobody listens at any more. */
const gone = async (): Promise<string> => {
  const upstream = await startMockUpstream({ otherwise: goodVendors });
  await upstream.close();
  const [provider] = referenceConfig(upstream.baseUrl)['openai-compatibility'] as readonly unknown[];
  return deployed(goodVendors, { 'openai-compatibility': [provider] });
};

const cases: readonly (readonly [string, () => Promise<Asked>, number, string, readonly unknown[]])[] = [
  [
    'a wrong key',
    async () => ({ url: await deployed(goodVendors), shown: 'wireproof-key-of-somebody-else' }),
    1,
    'the client key is refused',
    [1],
  ],
  ['no models', async () => ({ url: await deployed(goodVendors, { 'openai-compatibility': [] }) }), 1, 'the list of models is empty', [5]],
  [
    'a dead provider',
    async () => ({ url: await deployed(always('openai-chat/server-error')) }),
    1,
    'a provider fails with a server error',
    [null],
  ],
  [
    'a buffering nginx in front',
    async () => {
      const direct = await deployed(slowly);
      const front = await placeBetween(direct, { buffering: 'always' });
      closers.push(front.stop);
      // One of our own stands in on a machine without nginx; where there is one, it is that.
      expect(front.what.startsWith('nginx')).toBe((await findNginx()) !== undefined);
      return { url: front.url, direct };
    },
    1,
    'a hop in front of the proxy holds streams back',
    [17],
  ],
  [
    'a healthy one',
    async () => ({ url: await deployed(goodVendors) }),
    0,
    'it answers, takes the key, lists models, and its providers and streams work',
    [],
  ],
];

describe('wireproof triage', () => {
  it.each(cases)('says of %s what it is, to people and to machines', async (_name, find, code, says, rows) => {
    expect(await typed(await find())).toEqual({ codes: [code, code], says, rows, isSaidToPeople: true });
  });

  it('gives five troubles five answers', () => {
    expect(new Set(cases.map(([, , , says]) => says)).size).toBe(5);
  });

  it('says the same of a provider that nobody can connect to as of one that fails', async () => {
    expect(await typed({ url: await gone() })).toMatchObject({ codes: [1, 1], says: 'a provider fails with a server error', rows: [null] });
  });
});

describe('triage', () => {
  it('names the buffering hop by its own headers where no other address is known', async () => {
    const front = await placeBetween(await deployed(slowly), { buffering: 'always' });
    closers.push(front.stop);
    const found = await ask(front.url);
    // One of our own stands in where there is no nginx; it does not show itself.
    expect(sureRows(found)).toEqual(front.what.startsWith('nginx') ? [17] : []);
  });

  it('names nothing where the reverse proxy passes streams on', async () => {
    const direct = await deployed(slowly);
    const front = await placeBetween(direct, { buffering: 'never' });
    closers.push(front.stop);
    expect(answer(await ask(front.url, { direct })).kind).toBe('healthy');
  });

  it('says that the proxy itself holds streams back when its own address does so too', async () => {
    const direct = await deployed(slowly);
    const collecting = await placeBetween(direct, { buffering: 'always' });
    closers.push(collecting.stop);
    const front = await placeBetween(collecting.url, { buffering: 'never' });
    closers.push(front.stop);
    expect(answer(await ask(front.url, { direct: collecting.url }))).toMatchObject({
      says: 'the proxy itself holds streams back',
      rows: [17],
    });
  });

  it.each([
    ['openai-chat/server-error', null],
    ['openai-chat/dead-key', 16],
    ['openai-chat/rate-limited', 'rate-limits'],
    ['openai-chat/free-quota-used-up', 19],
  ] as const)('tells a provider that answers with %s from others', async (exchange, row) => {
    expect(sureRows(await ask(await deployed(always(exchange))))).toEqual([row]);
  });

  it('says what it could not see, and is no judge of what it did not ask', async () => {
    const found = await ask(await deployed(goodVendors), { limits: { tokens: 0 } });
    expect(answer(found)).toEqual({
      kind: 'inconclusive',
      says: 'no provider was asked, because no tokens were to be spent; nothing else is wrong',
      rows: [],
    });
    expect(found.spent.tokens).toBe(0);
    expect(found.answers.filter(({ question }) => question.probe.maxOutputTokens > 0)).toEqual([]);
  });

  it('takes a model of the command line for one that should be there', async () => {
    const found = await ask(await deployed(goodVendors), { models: ['GPT-4.1-mini'] });
    expect(found.named.filter(isSure).map(({ row, evidence }) => [row, evidence])).toEqual([
      [5, 'GET /v1/models has 3 models, and not GPT-4.1-mini (there is gpt-4.1-mini)'],
      [5, expect.stringContaining('GPT-4.1-mini')],
    ]);
  });

  it('asks each persona in good health within its limits, and names nothing', async () => {
    for (const persona of ['documented', 'cliproxyapi-2026-02', 'cliproxyapi-2026-08'] as const) {
      const found = await withLiveProxy(persona, undefined, async ({ url, clientKey, profile }) =>
        triage({ url, key: clientKey, profile: await resolveProfile(profile, '.') }),
      );
      expect([persona, answer(found).kind, sureRows(found)]).toEqual([persona, 'healthy', []]);
      expect(found.spent.requests).toBeLessThanOrEqual(found.limits.requests);
      expect(found.spent.tokens).toBeLessThanOrEqual(found.limits.tokens);
    }
  });
});
