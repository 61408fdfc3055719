import { afterEach, describe, expect, it } from 'vitest';

import { builtImage } from '#fixtures/registry/image-manifests';
import { startMockRegistry, type MockRegistry, type RegistryContent } from '#fixtures/registry/mock-registry';

import { askOverHttp, type AskRegistry, type RegistryReply } from './registry-client.ts';
import { resolveImage } from './resolve-image.ts';

let registry: MockRegistry | undefined;
afterEach(() => registry?.stop());

const build = { build: 'one', platforms: ['linux/amd64', 'linux/arm64'] } as const;
const image = builtImage(build.build, build.platforms);
const ask = askOverHttp(AbortSignal.timeout(20_000));

/** `@index` stands for the digest of the build's index. */
const resolve = async (reference: string, content: Partial<RegistryContent> = {}, platform = 'linux/arm64') => {
  registry = await startMockRegistry({ repository: 'house/proxy', tags: { v1: build }, access: 'token', ...content });
  const text = `${registry.host}/${reference}`.replace('@index', `@${image.index.digest}`);
  const resolution = await resolveImage(text, { platform, ask });
  return resolution.kind === 'found' ? resolution : { ...resolution, said: resolution.said.replaceAll(registry.host, 'HOST') };
};

describe('a reference to a registry of its own', () => {
  const found = { kind: 'found', named: image.index.digest, digest: image.manifests[1]?.digest, platform: 'linux/arm64' };

  it.each(['house/proxy:v1', 'house/proxy@index', 'house/proxy:gone@index'])(
    '%s leads to the manifest of the platform',
    async (reference) => {
      expect(await resolve(reference)).toEqual(found);
    },
  );

  it('leads to the manifest of a single platform by its digest, whose configuration says which that is', async () => {
    const single = `house/proxy@${image.manifests[0]?.digest}`;
    expect(await resolve(single, {}, 'linux/amd64')).toMatchObject({ kind: 'found', named: image.manifests[0]?.digest });
    await registry?.stop();
    expect(await resolve(single)).toEqual({
      kind: 'refused',
      why: 'no-such-platform',
      said: 'the image is for linux/amd64, not for linux/arm64',
    });
  });

  it.each([
    ['house/proxy:v2', {}, 'no-such-tag', 'v2: 404 MANIFEST_UNKNOWN manifest unknown'],
    ['house/other:v1', {}, 'no-such-repository', 'v1: 404 NAME_UNKNOWN repository name not known to registry'],
    ['house/proxy:v1', { access: 'refused' }, 'access-refused', 'v1: 401 UNAUTHORIZED authentication required'],
    [
      'house/proxy:v1',
      { tags: { v1: { build: 'x', platforms: ['windows/amd64'] } } },
      'no-such-platform',
      'no image for linux/arm64, only for windows/amd64',
    ],
    ['House/proxy:v1', {}, 'invalid-reference', 'invalid reference format: repository name "House/proxy" must be lowercase'],
  ] as const)('%s is refused in %j as %s', async (reference, content, why, said) => {
    expect(await resolve(reference, content)).toEqual({ kind: 'refused', why, said });
  });
});

/** A registry that says this to everything. */
const saying =
  (reply: Partial<RegistryReply>): AskRegistry =>
  () =>
    Promise.resolve({ status: 200, headers: {}, body: Buffer.from('{}'), ...reply });

describe('a registry that cannot be believed', () => {
  const refusal = async (answer: AskRegistry) => {
    const resolution = await resolveImage('127.0.0.1:1/a:v1', { platform: 'linux/amd64', ask: answer });
    return resolution.kind === 'refused' ? resolution.why : 'found';
  };

  it('is found out when its bytes are not those of its digest', async () => {
    expect(await refusal(saying({ headers: { 'docker-content-digest': `sha256:${'0'.repeat(64)}` } }))).toBe('digest-differs');
  });

  it('is none when it answers with a page, or with an error that is not the spec’s', async () => {
    expect(await refusal(saying({ body: Buffer.from('<html>') }))).toBe('not-a-registry');
    expect(await refusal(saying({ status: 404, body: Buffer.from('404 page not found') }))).toBe('not-a-registry');
    expect(await refusal(saying({ status: 500, body: Buffer.from('{"errors":7}') }))).toBe('not-a-registry');
  });

  it('cannot send us anywhere for a token without TLS', async () => {
    const asked: string[] = [];
    const challenge = 'Bearer realm="http://192.0.2.1/token",service="x"';
    const answer: AskRegistry = (url) => {
      asked.push(url);
      return saying({ status: 401, headers: { 'www-authenticate': challenge } })(url, {});
    };
    expect([await refusal(answer), asked]).toEqual(['access-refused', ['http://127.0.0.1:1/v2/a/manifests/v1']]);
  });

  it('is unreachable when nobody answers', async () => {
    expect(await refusal(ask)).toBe('unreachable');
  });
});

it('asks a registry elsewhere over TLS only', async () => {
  const asked: string[] = [];
  const answer: AskRegistry = (url) => {
    asked.push(url);
    return Promise.reject(new Error('nobody is asked in a test'));
  };
  await resolveImage('registry.example/a/b:v1', { platform: 'linux/amd64', ask: answer });
  expect(asked).toEqual(['https://registry.example/v2/a/b/manifests/v1']);
});
