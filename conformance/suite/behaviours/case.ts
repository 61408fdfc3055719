import assert from 'node:assert/strict';

import { exchange } from '#fixtures/catalogue';
import type { SurfaceId } from '#fixtures/exchange';

import type { ClientDialect, ClientFailure, ClientUnderTest, Connection } from '../client-under-test.ts';
import type { ProxiedUpstreams, Topic } from '../proxied-upstreams.ts';

/** One client in front of one upstream, and what the behaviours share. */
export interface Case {
  readonly client: ClientUnderTest;
  readonly surface: SurfaceId;
  readonly proxied: ProxiedUpstreams;
}

export type Behaviours = Readonly<Record<string, (about: Case) => Promise<void>>>;

/** The text of the exchanges named `text`. */
export const finalText = 'Wireproof says ok.';

const patience = { maxRetries: 0, timeoutMs: 30_000 };

/** A connection that keeps what the client has sent and the heads of what it got, oldest first. */
export interface Line extends Connection {
  readonly sent: () => readonly unknown[];
  readonly heads: () => readonly Headers[];
}

export const connect = ({ proxied, surface }: Case, setup: Partial<typeof patience> = {}): Line => {
  const sent: unknown[] = [];
  const heads: Headers[] = [];
  return {
    url: proxied.url,
    apiKey: proxied.apiKey,
    model: proxied.modelOf(surface),
    ...patience,
    ...setup,
    sent: () => sent,
    heads: () => heads,
    fetch: async (url, init) => {
      sent.push(typeof init?.body === 'string' ? JSON.parse(init.body) : init?.body);
      const response = await fetch(url, init);
      heads.push(response.headers);
      return response;
    },
  };
};

/** What the last answer's head says was lost. */
export const lossesOf = (line: Line): string | null | undefined => line.heads().at(-1)?.get('wireproof-losses');

/** The same for a request that loses these: Codex takes no limit of tokens, and Anthropic's clients always send one. */
export const lossesWith = ({ surface }: Case, line: Line, ...paths: readonly string[]): string | null => {
  const limit = surface === 'codex' && 'max_tokens' in (line.sent()[0] as Fields) ? ['maxOutputTokens'] : [];
  return [...paths, ...limit].join(', ') || null;
};

export const failureIn = async ({ client }: Case, asking: Promise<unknown>): Promise<ClientFailure> => {
  const outcome = await asking.then(
    (value) => ({ value }),
    (error: unknown) => ({ error }),
  );
  assert.ok('error' in outcome, `an error was expected, not ${JSON.stringify(outcome)}`);
  return client.failure(outcome.error);
};

/** How the upstream's answers ended, when all have. */
export const endingsOf = async (topic: Topic): Promise<readonly unknown[]> => {
  await topic.settled();
  return topic.calls().map(({ receipt }) => receipt?.ended);
};

/** The first JSON of an exchange's answer. */
export const bodyOf = (exchangeId: string): unknown => {
  const [chunk] = exchange(exchangeId).response.chunks;
  return JSON.parse(chunk !== undefined && 'utf8' in chunk ? chunk.utf8 : '');
};

/** The vendor's API that a surface speaks. */
export const dialectOf = (surface: SurfaceId): ClientDialect => {
  if (surface === 'codex') return 'openai-responses';
  if (surface === 'antigravity') return 'gemini-generate';
  return surface === 'iflow' ? 'openai-chat' : surface;
};

export type Fields = Readonly<Record<string, unknown>>;

/** The vendor's own body, without the envelope that Antigravity puts around it. */
export const askedOf = (surface: SurfaceId, body: unknown): Fields =>
  (surface === 'antigravity' ? (body as { readonly request: Fields }).request : body) as Fields;
