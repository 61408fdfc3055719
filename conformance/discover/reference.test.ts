import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import type { MockUpstream } from '#fixtures/upstreams/mock-upstream';
import { startMockUpstream } from '#fixtures/upstreams/serve';

import { readProfileFile } from '../profiles/profile-file.ts';
import { referenceAuthFiles, referenceClientKey, referenceConfig } from '../targets/reference-config.ts';
import { ownThreadHost } from '../targets/reference-host.ts';
import { discover, type Discovery } from './discover.ts';
import { discoveryJson, profileOf, profileText } from './profile-text.ts';

let upstream: MockUpstream;
let folder: string;
beforeAll(async () => {
  upstream = await startMockUpstream();
  folder = await mkdtemp(join(tmpdir(), 'wireproof-discover-'));
});
afterAll(async () => {
  await upstream.close();
  await rm(folder, { recursive: true });
});

const discovered = async (config: Readonly<Record<string, unknown>>, key: string, authFiles: readonly unknown[]): Promise<Discovery> => {
  const proxy = await ownThreadHost.start({ config, authFiles });
  try {
    return await discover({ url: proxy.url, ...(key !== '' && { key }) });
  } finally {
    await proxy.stop();
  }
};

const whole = (changes: Readonly<Record<string, unknown>> = {}, key: string = referenceClientKey) =>
  discovered({ ...referenceConfig(upstream.baseUrl), ...changes }, key, referenceAuthFiles(upstream.baseUrl));

const claimsOf = ({ claims }: Discovery): readonly string[] =>
  claims.map(({ claim }) => claim).filter((claim) => !claim.startsWith('upstream:'));

const allDialects = ['client:openai-chat', 'client:openai-responses', 'client:anthropic-messages', 'client:gemini-generate'];

describe('the reference proxy', () => {
  it('is proposed with everything of it that can be seen for nothing, and asks no upstream', async () => {
    const found = await whole();
    expect(claimsOf(found)).toEqual([...allDialects, 'client-keys', 'model-registry', 'compact', 'gzip-requests', 'provider-metrics']);
    expect(found.asked.length).toBeLessThanOrEqual(12);
    expect(upstream.refusals()).toEqual([]);
  });

  it('is proposed as each persona shows itself', async () => {
    const older = await whole({ persona: 'cliproxyapi-2026-02' });
    expect(claimsOf(older)).toEqual([...allDialects, 'client-keys', 'model-registry', 'compact', 'provider-metrics']);
    const newer = await whole({ persona: 'cliproxyapi-2026-08' });
    expect(claimsOf(newer).filter((claim) => claim.startsWith('client') || claim === 'provider-metrics')).toEqual([
      ...allDialects,
      'client-keys',
    ]);
    expect(upstream.refusals()).toEqual([]);
  });

  it('is proposed without client-keys when it lets everybody in', async () => {
    const open = await whole({ 'api-keys': [] }, '');
    expect(claimsOf(open)).not.toContain('client-keys');
    expect(open.notSeen.find(({ claim }) => claim === 'client-keys')?.because).toBe('GET /v1/models without a key → 200');
    const openToKeys = await whole({ 'api-keys': [] });
    expect(claimsOf(openToKeys)).not.toContain('client-keys');
    expect([open.notes.length, openToKeys.notes[0]]).toEqual([
      1,
      'It answers without the key too. If only its clients should get in, let it claim client-keys: row 1 then judges it.',
    ]);
  });

  it('guesses the upstream of a small configuration', async () => {
    const { 'openai-compatibility': channels } = referenceConfig(upstream.baseUrl) as { 'openai-compatibility': readonly unknown[] };
    const small = { host: '127.0.0.1', port: 0, 'api-keys': [referenceClientKey], 'openai-compatibility': [channels[0]] };
    const found = await discovered(small, referenceClientKey, []);
    expect(found.models).toEqual({ 'openai-chat': 'gpt-4.1-mini', 'openai-responses': 'gpt-4.1-mini' });
  });

  it('gives a profile file that can be used, and shows its key nowhere', async () => {
    const found = await whole();
    const text = profileText(found, true);
    const file = join(folder, 'proposed.yaml');
    await writeFile(file, text);
    expect(await readProfileFile(file)).toEqual(profileOf(found));
    expect(text + JSON.stringify(discoveryJson(found, true))).not.toContain(referenceClientKey);
  });
});
