import { exchange } from '#fixtures/index';
import * as fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';

import { loadFolders } from '../discovery.ts';
import type { Dialect } from '../dialects/dialect.ts';
import documented from '../personas/documented.ts';
import type { Framing } from './inbound.ts';
import { openAnswer } from './open-answer.ts';
import type { Reception } from './open-answer.ts';
import { streamSteps } from './reply.ts';

/** From an upstream's bytes to the client's, whichever way the upstream writes its lines and the network cuts them. */

const ids = ['openai-chat', 'openai-responses', 'anthropic-messages', 'gemini-generate'] as const;
type Id = (typeof ids)[number];

let dialects: ReadonlyMap<string, Dialect>;
beforeAll(async () => {
  dialects = await loadFolders<Dialect>(new URL('../dialects/', import.meta.url));
});

/** As much of an answer's circumstances as the reading of a stream looks at. */
const reception = (upstream: Id, client: Id, framing: Framing, body: AsyncIterable<Buffer>): Reception =>
  ({
    context: { persona: documented, dialects, remedies: [], clock: { now: () => 1_770_000_000_000 } },
    question: {
      dialect: dialects.get(client),
      operation: 'generate',
      framing,
      stream: true,
      neutral: () => ({ value: { wantsUsage: true, tools: [] } }),
    },
    candidate: { provider: { dialect: upstream }, credential: { secret: 'upstream-key' }, forceName: false },
    attempt: { call: { streams: true } },
    answer: { status: 200, headers: { 'content-type': 'text/event-stream' }, body },
    shownModel: 'm',
  }) as unknown as Reception;

/** All that a client gets. */
const relayed = async (given: Reception): Promise<string> => {
  const opened = await openAnswer(given);
  if (!('kind' in opened) || opened.kind !== 'stream') throw new Error('no stream');
  const pieces: Buffer[] = [];
  for await (const { out } of streamSteps(opened)) pieces.push(Buffer.from(out));
  return Buffer.concat(pieces).toString();
};

const cut = async function* (bytes: Buffer, sizes: readonly number[]): AsyncGenerator<Buffer> {
  for (let at = 0, turn = 0; at < bytes.length; turn += 1) {
    const size = sizes[turn % sizes.length] ?? 1;
    yield bytes.subarray(at, at + size);
    at += size;
  }
};

const streamOf = (upstream: Id, tale: string): string =>
  exchange(`${upstream}/${tale}.stream`)
    .response.chunks.map((chunk) => ('utf8' in chunk ? chunk.utf8 : Buffer.from(chunk.base64, 'base64').toString()))
    .join('')
    // Characters of two to four bytes, so that cuts fall inside of them.
    .replaceAll('Wireproof', 'Wïre€😀');

const linesOf = (text: string): readonly string[] => text.split(/\r\n|\r|\n/).slice(0, -1);

/** How an upstream may write the same events. Lists are gone through again and again. */
interface Manner {
  readonly ends: readonly string[];
  readonly comments: readonly boolean[];
  /** Whether the JSON of an event is spread over several `data` lines. */
  readonly spread: boolean;
  readonly mark: boolean;
  /** What the body stops without: nothing, its last blank line, or the end of the line before it too. */
  readonly without: 0 | 1 | 2;
}

const manner = fc.record<Manner>({
  ends: fc.array(fc.constantFrom('\n', '\r', '\r\n'), { minLength: 1, maxLength: 7 }),
  comments: fc.array(fc.boolean(), { minLength: 1, maxLength: 5 }),
  spread: fc.boolean(),
  mark: fc.boolean(),
  without: fc.constantFrom(0, 1, 2),
});

const spreadOut = (line: string): readonly string[] => (line.startsWith('data: {') ? ['data: {', `data:${line.slice(7)}`] : [line]);

const written = (text: string, { ends, comments, spread, mark, without }: Manner): string => {
  const lines = linesOf(text)
    .flatMap((line, index) => (comments[index % comments.length] === true ? [`: é ${index}`, line] : [line]))
    .flatMap((line) => (spread ? spreadOut(line) : [line]));
  const parts = lines.map((line, index) => ({ line, end: ends[index % ends.length] ?? '\n' }));
  const out = parts.map(({ line, end }, index) => {
    // A LF behind a CR is no line of its own.
    const joins = line === '' && end === '\n' && parts[index - 1]?.end === '\r';
    const isCut = without > 0 && index === parts.length - 1;
    const isOpen = without > 1 && index === parts.length - 2;
    return isCut ? '' : line + (isOpen ? '' : joins ? '\r' : end);
  });
  return (mark ? '\uFEFF' : '') + out.join('');
};

/** What the proxy adds to a body that stops without its last blank line, so that nothing joins its last line. */
const addedTo = (body: string, { without }: Manner): string => (without === 0 ? '' : body.endsWith('\n') ? '\n' : '\n\n');

const sizes = fc.array(fc.integer({ min: 1, max: 120 }), { minLength: 1, maxLength: 6 });
const tale = fc.constantFrom('text', 'tool-call');

describe.each(ids)('a stream of %s', (upstream) => {
  it('passes as it came to a client of the same dialect', async () => {
    await fc.assert(
      fc.asyncProperty(tale, manner, sizes, async (of, how, cuts) => {
        const body = written(streamOf(upstream, of), how);
        const got = await relayed(reception(upstream, upstream, 'sse', cut(Buffer.from(body), cuts)));
        expect(got).toBe(body + addedTo(body, how));
      }),
    );
  });

  const others = ids.filter((id) => id !== upstream).map((id) => [id, 'sse'] as const);

  it.each<readonly [Id, Framing]>([...others, ['gemini-generate', 'json-array'], ['openai-responses', 'lines']])(
    'becomes the same events of %s, as %s',
    async (client, framing) => {
      const plain = async (of: string): Promise<string> =>
        relayed(reception(upstream, client, framing, cut(Buffer.from(streamOf(upstream, of)), [Number.MAX_SAFE_INTEGER])));
      const expected: Readonly<Record<string, string>> = { text: await plain('text'), 'tool-call': await plain('tool-call') };
      await fc.assert(
        fc.asyncProperty(tale, manner, sizes, async (of, how, cuts) => {
          const body = Buffer.from(written(streamOf(upstream, of), how));
          const got = await relayed(reception(upstream, client, framing, cut(body, cuts)));
          // A comment that came by itself is passed on as a sign of life.
          expect(meaningOf(got, framing)).toEqual(meaningOf(expected[of] ?? '', framing));
        }),
        { numRuns: 40 },
      );
    },
  );
});

/** What the framing carries: white space between JSON tokens and signs of life are none of it. */
const meaningOf = (text: string, framing: Framing): unknown => {
  if (framing === 'json-array') return JSON.parse(text);
  if (framing === 'sse') return text.replaceAll(': keep-alive\n\n', '');
  return text
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as unknown);
};

describe('the tales', () => {
  it.each(ids)('have characters of several bytes: %s', (upstream) => {
    expect(streamOf(upstream, 'text')).toContain('Wïre€😀');
  });
});
