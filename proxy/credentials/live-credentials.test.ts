import { chmodSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, rmdirSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, describe, expect, it } from 'vitest';

import { openTokenEndpoint } from '#fixtures/upstreams/token-endpoint';
import type { TokenEndpoint, TokenEndpointOptions } from '#fixtures/upstreams/token-endpoint';

import type { Clock } from '../clock.ts';
import { loadFolders } from '../discovery.ts';
import type { ProxyLogLine } from '../options.ts';
import type { Credential, Provider } from '../providers/provider.ts';
import type { Failure } from '../remedies/remedy.ts';
import { authCredential } from './auth-credential.ts';
import { exclusively } from './auth-disk.ts';
import { parseAuthFile } from './auth-file.ts';
import type { AuthFile } from './auth-file.ts';
import { LiveCredentials, mayMeanDeadToken } from './live-credentials.ts';

const providers = await loadFolders<Provider>(new URL('../providers/', import.meta.url));

const noon = Date.parse('2026-11-20T12:00:00Z');
const minute = 60_000;
const hour = 60 * minute;
const iso = (ms: number): string => new Date(ms).toISOString();

/** Time that stands still until a test moves it; what falls due runs then, in order. */
const manualClock = () => {
  let now = noon;
  const timers = new Set<{ at: number; ms: number; readonly run: () => void }>();
  const clock: Clock = {
    now: () => now,
    after: (ms, then) => {
      const timer = { at: now + ms, ms, run: then };
      timers.add(timer);
      const restart = (): void => {
        timer.at = now + timer.ms;
        timers.add(timer);
      };
      return { restart, stop: () => void timers.delete(timer) };
    },
  };
  const advance = (ms: number): void => {
    const end = now + ms;
    for (;;) {
      const [next] = [...timers].filter(({ at }) => at <= end).sort((a, b) => a.at - b.at);
      if (next === undefined) break;
      timers.delete(next);
      now = Math.max(now, next.at);
      next.run();
    }
    now = end;
  };
  return { clock, advance, waiting: () => timers.size };
};

const cleanups: (() => void | Promise<void>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

const newFolder = (): string => {
  const folder = mkdtempSync(join(tmpdir(), 'wireproof-credentials-'));
  cleanups.push(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
};

const endpointFor = async (options: TokenEndpointOptions): Promise<TokenEndpoint> => {
  const endpoint = await openTokenEndpoint(options);
  cleanups.push(() => endpoint.close());
  return endpoint;
};

const readFile = (path: string): AuthFile => {
  const { value, problems } = parseAuthFile({ where: path, path }, JSON.parse(readFileSync(path, 'utf8')));
  if (value === undefined) throw new Error(JSON.stringify(problems));
  return value;
};

const treeOf = (path: string): Record<string, unknown> => JSON.parse(readFileSync(path, 'utf8')) as Record<string, unknown>;

const idle = (): AbortSignal => new AbortController().signal;

/** A qwen account whose file is on a disk, in a process with a clock of its own. */
const open = async (
  more: Record<string, unknown> = {},
  { endpoint: options = {}, folder = newFolder() }: { endpoint?: Partial<TokenEndpointOptions>; folder?: string } = {},
) => {
  const endpoint = await endpointFor({ refreshToken: 'refresh-0', ...options });
  const path = join(folder, 'ada.json');
  const tree = {
    type: 'qwen',
    email: 'ada@example.com',
    access_token: 'access-0',
    refresh_token: 'refresh-0',
    expired: iso(noon + hour),
    token_url: endpoint.url,
    vendor_note: { kept: ['as', 'it', 'is'] },
    ...more,
  };
  writeFileSync(path, JSON.stringify(tree), { mode: 0o600 });
  return { endpoint, path, folder, ...startOn(path) };
};

const startOn = (path: string) => {
  const time = manualClock();
  const logs: ProxyLogLine[] = [];
  const live = new LiveCredentials(providers, { clock: time.clock, log: (line) => logs.push(line) });
  const config = { 'oauth-upstreams': {}, 'proxy-url': '' };
  const use = (): void => live.use({ config, authFiles: [readFile(path)] });
  use();
  cleanups.push(() => live.close());
  const file = readFile(path);
  const oauth = providers.get(file.type)?.oauth;
  if (oauth === undefined) throw new Error(file.type);
  const credential = authCredential(file, oauth, config);
  const fresh = async (signal = idle()): Promise<string> => (await live.fresh(credential, signal)).secret;
  const renewed = async (secret: string, said: Partial<Failure> = {}): Promise<string | undefined> =>
    (await live.renewed(failureOf({ ...credential, secret }, said), idle()))?.secret;
  return { ...time, live, use, logs, credential, fresh, renewed, status: () => live.statuses()[0] };
};

const failureOf = (credential: Credential, said: Partial<Failure>): Failure => ({
  provider: credential.provider,
  model: 'm',
  requestedModel: 'm',
  operation: 'generate',
  credential,
  call: { path: '/', headers: {}, body: '', streams: false },
  now: noon,
  attemptId: 'a',
  status: 401,
  headers: {},
  bodyText: '',
  repeated: 1,
  modelRefusals: 0,
  ...said,
});

const reason = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => 'no error',
    (error: unknown) => error,
  );

describe('a token that is good', () => {
  it('is used as it is, and nobody is asked', async () => {
    const { fresh, endpoint } = await open();
    expect(await fresh()).toBe('access-0');
    expect(endpoint.calls).toEqual([]);
  });

  it('is used while a new one is on its way, when it is about to end', async () => {
    const { fresh, endpoint, path } = await open({ expired: iso(noon + 10 * minute) }, {});
    const release = endpoint.hold();
    expect(await fresh()).toBe('access-0');
    await endpoint.arrived(1);
    release();
    await expect.poll(() => treeOf(path)['access_token']).toBe('access-1');
    expect(await fresh()).toBe('access-1');
    expect(endpoint.calls).toHaveLength(1);
  });

  it('goes on being used when it cannot be renewed', async () => {
    const { fresh, endpoint, status } = await open({ expired: iso(noon + 10 * minute) });
    endpoint.answerNext({ status: 500 });
    expect(await fresh()).toBe('access-0');
    await expect.poll(() => status()?.status).toBe('refresh-failing');
    expect(await fresh()).toBe('access-0');
    expect(endpoint.calls).toHaveLength(1);
  });
});

describe('a token that has ended', () => {
  const ended = { expired: iso(noon - minute) };

  it('is renewed before it is used, and everything else in the file stays', async () => {
    const { fresh, path, endpoint, status, live } = await open({ ...ended, last_refresh: iso(noon - hour) });
    expect(await fresh()).toBe('access-1');
    expect(endpoint.calls.map(({ method, members }) => ({ method, members }))).toEqual([
      { method: 'POST', members: { grant_type: 'refresh_token', refresh_token: 'refresh-0' } },
    ]);
    await live.close();
    expect(treeOf(path)).toEqual({
      type: 'qwen',
      email: 'ada@example.com',
      access_token: 'access-1',
      refresh_token: 'refresh-1',
      expired: iso(noon + hour),
      last_refresh: iso(noon),
      token_url: endpoint.url,
      vendor_note: { kept: ['as', 'it', 'is'] },
    });
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(status()).toEqual({
      id: expect.stringMatching(/^qwen:[0-9a-f]{8}$/) as string,
      type: 'qwen',
      label: 'a***@example.com',
      status: 'ok',
      lastRefresh: noon,
      nextRefresh: noon + hour - 20 * minute,
      expiresAt: noon + hour,
      path,
      persisted: true,
    });
  });

  it('is renewed once for fifty requests at a time', async () => {
    const { fresh, endpoint } = await open(ended);
    const secrets = await Promise.all(Array.from({ length: 50 }, () => fresh()));
    expect(new Set(secrets)).toEqual(new Set(['access-1']));
    expect(endpoint.calls).toHaveLength(1);
  });

  it('keeps nobody waiting who has left, and the renewal goes on', async () => {
    const { fresh, endpoint } = await open(ended);
    const release = endpoint.hold();
    const client = new AbortController();
    const left = fresh(client.signal);
    await endpoint.arrived(1);
    client.abort();
    expect(await left).toBe('access-0');
    release();
    expect(await fresh()).toBe('access-1');
    expect(endpoint.calls).toHaveLength(1);
  });

  it('holds up no request of an iFlow account, whose API key may live on', async () => {
    const { fresh, endpoint, path } = await open({ ...ended, type: 'iflow', api_key: 'sk-old' });
    endpoint.answerNext(
      { status: 200, body: { access_token: 'b', refresh_token: 'r1', expires_in: 259_200 } },
      { status: 200, body: { success: true, data: { apiKey: 'sk-new' } } },
    );
    expect(await fresh()).toBe('sk-old');
    await expect.poll(() => treeOf(path)['api_key']).toBe('sk-new');
    expect(await fresh()).toBe('sk-new');
  });

  it('counts as ended a minute before its time', async () => {
    const { fresh } = await open({ expired: iso(noon + minute - 1) });
    expect(await fresh()).toBe('access-1');
  });

  it('counts as ended when it says so itself, whatever the file claims', async () => {
    const jwt = ['e30', Buffer.from(JSON.stringify({ exp: noon / 1000 + 30 })).toString('base64url'), 'x'].join('.');
    const { fresh } = await open({ access_token: jwt, expired: iso(noon + hour) });
    expect(await fresh()).toBe('access-1');
  });

  it('is sent on when the file has nothing to renew it with: the upstream knows better', async () => {
    const { fresh, renewed, endpoint, status } = await open({ ...ended, refresh_token: undefined });
    expect(await fresh()).toBe('access-0');
    expect(await renewed('access-0')).toBeUndefined();
    expect(status()?.status).toBe('needs-login');
    expect(endpoint.calls).toEqual([]);
  });

  it('is refused with a wait when the endpoint fails, which is asked again after one minute, then two', async () => {
    const { fresh, endpoint, advance } = await open(ended);
    endpoint.answerNext({ status: 503 }, {}, { status: 200, body: 'no json' });
    const asked: number[] = [];
    for (const wait of [0, 59_999, 1, 119_999, 1, 239_999]) {
      advance(wait);
      const error = await reason(fresh());
      expect(error).toMatchObject({ code: 'credential-expired', status: 503 });
      asked.push(endpoint.calls.length);
    }
    expect(asked).toEqual([1, 1, 2, 2, 3, 3]);
    advance(1);
    expect(await fresh()).toBe('access-1');
  });
});

describe('a refusal by the upstream', () => {
  it('has the token renewed although the file claims an hour more', async () => {
    const { renewed, fresh } = await open();
    expect(await renewed('access-0')).toBe('access-1');
    expect(await fresh()).toBe('access-1');
  });

  it('of a token that has been replaced meanwhile asks nobody', async () => {
    const { renewed, endpoint } = await open();
    const secrets = await Promise.all(Array.from({ length: 50 }, () => renewed('access-0')));
    expect(new Set(secrets)).toEqual(new Set(['access-1']));
    expect(await renewed('access-0')).toBe('access-1');
    expect(endpoint.calls).toHaveLength(1);
  });

  it('of the new token too has nothing renewed again: no loop (row 16, L1)', async () => {
    const { renewed, endpoint, advance } = await open();
    expect(await renewed('access-0')).toBe('access-1');
    expect(await renewed('access-1')).toBeUndefined();
    expect(endpoint.calls).toHaveLength(1);
    advance(30_000);
    expect(await renewed('access-1')).toBe('access-2');
  });

  it('that is about the account has nothing renewed', async () => {
    const { renewed, endpoint } = await open();
    expect(await renewed('access-0', { status: 403, bodyText: '{"message":"Your account is TEMPORARILY_SUSPENDED"}' })).toBeUndefined();
    expect(await renewed('access-0', { status: 429 })).toBeUndefined();
    expect(endpoint.calls).toEqual([]);
  });

  it.each([
    [401, '', true],
    [403, '{"message":"The bearer token included in the request is invalid.","reason":null}', true],
    [403, '{"message":"The security token included in the request is expired"}', true],
    [403, '{"error":{"message":"Unauthorized"}}', true],
    [403, '{"error":{"message":"You lack a Gemini Code Assist license","details":[{"reason":"SUBSCRIPTION_REQUIRED"}]}}', false],
    [403, '{"error":{"message":"Verify your account to continue."}}', false],
    [403, '{"message":"Your token is invalid: the account is TEMPORARILY_SUSPENDED"}', false],
    [403, '<html>challenge</html>', false],
    [400, '{"message":"invalid token"}', false],
  ])('%i %s may mean a dead token: %s', (status, bodyText, expected) => {
    expect(mayMeanDeadToken({ status, bodyText })).toBe(expected);
  });
});

describe('a gateway in front of the token endpoints', () => {
  it('gets the vendor’s own choice as host and path', async () => {
    const { endpoint, path, live, fresh } = await open({ expired: iso(noon - minute), token_url: undefined });
    const config = { 'oauth-upstreams': { qwen: { 'token-gateway': `${endpoint.url}/tokens/` } }, 'proxy-url': '' };
    live.use({ config, authFiles: [readFile(path)] });
    expect(await fresh()).toBe('access-1');
    expect(endpoint.calls.map((call) => call.path)).toEqual(['/tokens/chat.qwen.ai/api/v1/oauth2/token']);
  });
});

describe('what a token endpoint says', () => {
  const ended = { expired: iso(noon - minute) };

  it('without a new refresh token leaves the old one in place (row 16, L3)', async () => {
    const { fresh, path, live, endpoint } = await open(ended);
    endpoint.answerNext({ status: 200, body: { access_token: 'a', refresh_token: '', expires_in: 60 } });
    expect(await fresh()).toBe('a');
    await live.close();
    expect(treeOf(path)['refresh_token']).toBe('refresh-0');
  });

  it.each([0, -5])('with a lifetime of %i means an hour, and starts no storm', async (expiresIn) => {
    const { fresh, status, endpoint } = await open(ended, { endpoint: { expiresIn } });
    expect(await fresh()).toBe('access-1');
    expect(await fresh()).toBe('access-1');
    expect(status()?.expiresAt).toBe(noon + hour);
    expect(endpoint.calls).toHaveLength(1);
  });

  it('with a lifetime shorter than the lead starts no storm either', async () => {
    const { fresh, endpoint, advance, live } = await open(ended, { endpoint: { expiresIn: 600 } });
    expect(await fresh()).toBe('access-1');
    advance(5 * minute - 1);
    expect(await fresh()).toBe('access-1');
    await live.close();
    expect(endpoint.calls).toHaveLength(1);
  });

  it('with invalid_grant is final: it is asked once, until the file changes', async () => {
    const { fresh, renewed, endpoint, advance, status, path, use } = await open({ ...ended, refresh_token: 'stolen' });
    const first = await reason(fresh());
    expect(first).toMatchObject({ code: 'credential-expired', message: expect.stringContaining('log in again') as string });
    advance(30 * 24 * hour);
    expect(await reason(fresh())).toMatchObject({ code: 'credential-expired' });
    expect(await renewed('access-0')).toBeUndefined();
    expect(status()).toMatchObject({
      status: 'needs-login',
      statusMessage: 'The token endpoint answered 400 (invalid_grant). Log in again.',
    });
    expect(endpoint.calls).toHaveLength(1);
    writeFileSync(
      path,
      JSON.stringify({ ...treeOf(path), access_token: 'after-login', refresh_token: 'r', expired: iso(noon + 31 * 24 * hour) }),
    );
    use();
    expect(status()?.status).toBe('ok');
    expect(await fresh()).toBe('after-login');
  });

  it('as 401 is final too; the new log-in is seen without a reload', async () => {
    const { fresh, endpoint, path, status } = await open(ended);
    endpoint.answerNext({ status: 401, body: {} });
    await reason(fresh());
    expect(status()?.status).toBe('needs-login');
    writeFileSync(path, JSON.stringify({ ...treeOf(path), access_token: 'after-login', expired: iso(noon + hour) }));
    expect(await fresh()).toBe('after-login');
    expect(endpoint.calls).toHaveLength(1);
  });

  it('never shows up in logs, errors or statuses, nor do tokens', async () => {
    const { fresh, endpoint, logs, live } = await open({ ...ended, access_token: 'planted-access', refresh_token: 'planted-refresh' });
    endpoint.answerNext({ status: 400, body: { error: 'planted-refresh is bad', error_description: 'planted-refresh' } });
    const error = (await reason(fresh())) as Error;
    const told = JSON.stringify([logs, live.statuses(), error.message, error.stack, error]);
    expect(told).toContain('answered 400');
    expect(told).not.toContain('planted');
  });

  it('is read no further than it is short', async () => {
    const { fresh, endpoint, status } = await open(ended);
    endpoint.answerNext({ status: 200, body: { access_token: 'x'.repeat(100_000) } });
    expect(await reason(fresh())).toMatchObject({ code: 'credential-expired' });
    expect(status()?.statusMessage).toBe('The token endpoint gave no answer (ANSWER_TOO_LARGE).');
  });
});

describe('in the background', () => {
  it('a token is renewed ahead of need, and nothing is when the proxy has closed', async () => {
    const { endpoint, advance, live, fresh, waiting } = await open();
    advance(40 * minute - 1);
    expect(endpoint.calls).toEqual([]);
    const release = endpoint.hold();
    advance(1);
    await endpoint.arrived(1);
    const closed = live.close();
    release();
    await closed;
    expect(await fresh()).toBe('access-1');
    expect(waiting()).toBe(0);
    advance(48 * hour);
    expect(endpoint.calls).toHaveLength(1);
  });

  it('a disabled account is left alone', async () => {
    const { endpoint, advance, status, live } = await open({ disabled: true });
    advance(2 * hour);
    await live.close();
    expect(status()).toMatchObject({ status: 'disabled' });
    expect(endpoint.calls).toEqual([]);
  });
});

/** Puts a folder in the place of the file: it can be neither read nor replaced, whoever runs the test. Gives what puts the file back. */
const breakFile = (path: string): (() => void) => {
  const text = readFileSync(path, 'utf8');
  rmSync(path);
  mkdirSync(path);
  return () => {
    rmdirSync(path);
    writeFileSync(path, text, { mode: 0o600 });
  };
};

describe('the file', () => {
  const ended = { expired: iso(noon - minute) };

  it('that cannot be written keeps its token in memory, says so, and is written later', async () => {
    const { fresh, path, status, logs, advance, endpoint } = await open(ended);
    const mend = breakFile(path);
    expect(await fresh()).toBe('access-1');
    expect(status()).toMatchObject({ status: 'ok', persisted: false, statusMessage: expect.stringContaining('in memory only') as string });
    expect(logs.filter(({ fields }) => fields['event'] === 'token-not-persisted')).toHaveLength(1);
    mend();
    advance(minute);
    await expect.poll(() => status()?.persisted).toBe(true);
    expect(treeOf(path)).toMatchObject({ access_token: 'access-1', refresh_token: 'refresh-1' });
    expect(endpoint.calls).toHaveLength(1);
  });

  it('that could not be written for two renewals has all that both brought in the end', async () => {
    const { fresh, renewed, path, advance, live, endpoint } = await open(ended);
    const mend = breakFile(path);
    expect(await fresh()).toBe('access-1');
    advance(40_000);
    endpoint.answerNext({ status: 200, body: { access_token: 'without-refresh', expires_in: 3_600 } });
    expect(await renewed('access-1')).toBe('without-refresh');
    mend();
    await live.close();
    expect(treeOf(path)).toMatchObject({ access_token: 'without-refresh', refresh_token: 'refresh-1' });
  });

  it('is not written over when somebody has logged in meanwhile', async () => {
    const { fresh, path, advance, live, use } = await open(ended);
    const mend = breakFile(path);
    expect(await fresh()).toBe('access-1');
    mend();
    writeFileSync(path, JSON.stringify({ ...treeOf(path), access_token: 'after-login', refresh_token: 'r', expired: iso(noon + hour) }));
    advance(minute);
    await live.close();
    expect(treeOf(path)).toMatchObject({ access_token: 'after-login', refresh_token: 'r' });
    use();
    expect(await fresh()).toBe('after-login');
  });

  it('keeps the token in memory over reloads that still read the old one', async () => {
    const { fresh, path, use, folder } = await open(ended);
    const old = readFileSync(path, 'utf8');
    expect(await fresh()).toBe('access-1');
    await expect.poll(() => treeOf(path)['access_token']).toBe('access-1');
    writeFileSync(path, old);
    use();
    expect(await fresh()).toBe('access-1');
    expect(readdirSync(folder)).toEqual(['ada.json']);
  });

  it('is not believed as a slow reload has read it, before another process renewed twice', async () => {
    const { path, live, renewed, fresh } = await open();
    const rotate = (round: number): void =>
      writeFileSync(path, JSON.stringify({ ...treeOf(path), access_token: `other-${round}`, refresh_token: `other-refresh-${round}` }));
    rotate(1);
    const outdated = readFile(path);
    rotate(2);
    expect(await renewed('access-0')).toBe('other-2');
    live.use({ config: { 'oauth-upstreams': {}, 'proxy-url': '' }, authFiles: [outdated] });
    expect(await fresh()).toBe('other-2');
  });

  it('with a token that another program has put there is used instead of a renewal', async () => {
    const { fresh, path, endpoint } = await open(ended);
    writeFileSync(path, JSON.stringify({ ...treeOf(path), access_token: 'by-another', expired: iso(noon + hour) }));
    expect(await fresh()).toBe('by-another');
    expect(endpoint.calls).toEqual([]);
  });

  it('with a token that a reload has read while its lock was waited for is not renewed once more', async () => {
    const { fresh, path, endpoint, use } = await open(ended);
    let unlock = (): void => undefined;
    let locked = (): void => undefined;
    const isLocked = new Promise<void>((resolve) => {
      locked = resolve;
    });
    const another = exclusively(path, () => {
      locked();
      return new Promise<void>((resolve) => {
        unlock = resolve;
      });
    });
    await isLocked;
    const secret = fresh();
    writeFileSync(path, JSON.stringify({ ...treeOf(path), access_token: 'by-another', expired: iso(noon + hour) }));
    use();
    unlock();
    await another;
    expect(await secret).toBe('by-another');
    expect(endpoint.calls).toEqual([]);
  });

  it('with a refresh token that another program has rotated is read again before the account is given up (row 16, L6)', async () => {
    const { fresh, path, endpoint } = await open(ended);
    const release = endpoint.hold();
    const secret = fresh();
    await endpoint.arrived(1);
    endpoint.answerNext({ status: 400, body: { error: 'invalid_grant' } });
    writeFileSync(path, JSON.stringify({ ...treeOf(path), access_token: 'ended-too', refresh_token: 'refresh-0' }));
    release();
    expect(await secret).toBe('access-1');
    expect(endpoint.calls).toHaveLength(2);
  });

  it('with the same token and another expiry is believed after a reload', async () => {
    const { path, use, status } = await open();
    writeFileSync(path, JSON.stringify({ ...treeOf(path), expired: iso(noon + 2 * hour) }));
    use();
    expect(status()?.expiresAt).toBe(noon + 2 * hour);
  });

  it('keeps the mode that its owner gave it', async () => {
    const { fresh, path, live } = await open(ended);
    chmodSync(path, 0o640);
    await fresh();
    await live.close();
    expect(statSync(path).mode & 0o777).toBe(0o640);
  });

  it('that was deleted ends the account, and does not come back', async () => {
    const { live, path, status, folder } = await open(ended);
    rmSync(path);
    live.use({ config: { 'oauth-upstreams': {}, 'proxy-url': '' }, authFiles: [] });
    await live.close();
    expect(status()).toBeUndefined();
    expect(readdirSync(folder)).toEqual([]);
  });
});
