import { describe, expect, it } from 'vitest';

import { exchange, loadSealed } from '#fixtures/catalogue';
import type { Exchange } from '#fixtures/exchange';
import { bytesOf } from '#fixtures/recordings/recorded-bytes';
import type { Recording } from '#fixtures/recordings/recording';
import { sealed } from '#fixtures/recordings/seal-recording';

import { makeRecording } from '../record/make-recording.ts';
import { Placeholders } from '../record/placeholders.ts';
import { Refusal } from '../record/refusal.ts';
import { compareSamples, learnBaseline } from './compare.ts';
import { type Sample, sampleOfRecording } from './sample.ts';

const placeholders = new Placeholders();

/** What `wireproof record` keeps of an exchange of ours; nothing where it refuses. */
const recordedOf = ({ id, dialect, request, response }: Exchange, dropContent: boolean): Recording | undefined => {
  const pieces = response.chunks.map((chunk, index) => ({ atMs: index, bytes: bytesOf(chunk) }));
  const about = { headAfterMs: 0, headAtMs: 0, endedAtMs: pieces.length };
  try {
    const made = makeRecording(
      {
        at: Date.UTC(2026, 10, 23),
        request: { method: request.method, target: request.path, fields: [], whole: true, body: Buffer.alloc(0) },
        answer: {
          ...about,
          status: response.status,
          reason: '',
          version: '1.1',
          informational: [],
          fields: Object.entries(response.headers),
          framing: 'chunked',
          body: { pieces, tail: Buffer.alloc(0), whole: true, tooLarge: false },
          trailers: [],
          ends: response.ends === 'closed' ? 'complete' : 'reset',
        },
      },
      { upstream: 'https://api.example.com', tool: 'wireproof test', allowed: new Set(), dropContent, placeholders },
    );
    return sealed({ ...made, provenance: { ...made.provenance, surface: dialect }, id });
  } catch (error) {
    if (error instanceof Refusal) return undefined;
    throw error;
  }
};

interface Pair {
  readonly id: string;
  readonly kept: Sample;
  readonly dropped: Sample;
}

const pairOf = (one: Exchange): readonly Pair[] => {
  const [kept, dropped] = [false, true].map((dropContent) => {
    const recording = recordedOf(one, dropContent);
    return recording === undefined ? undefined : sampleOfRecording(recording);
  });
  return kept === undefined || dropped === undefined ? [] : [{ id: one.id, kept, dropped }];
};

const told = async (baseline: Sample, fresh: Sample): Promise<readonly string[]> =>
  (await compareSamples(await learnBaseline([baseline]), [fresh])).map(({ severity, kind, path }) => `${severity} ${kind} ${path}`);

const isBreaking = (line: string): boolean => line.startsWith('breaking');

describe('what a recorder left out', () => {
  it('is no change, in every answer that we have, whichever side left it out', async () => {
    const pairs = loadSealed().flatMap(pairOf);
    const found: string[] = [];
    for (const { id, kept, dropped } of pairs) {
      for (const lines of [await told(kept, dropped), await told(dropped, kept)]) found.push(...lines.map((line) => `${id}: ${line}`));
    }
    expect([pairs.length > 100, found]).toEqual([true, []]);
  });

  it('is told by the list, and not by its look', async () => {
    const [pair] = pairOf(exchange('openai-chat/tool-call'));
    if (pair === undefined) throw new Error('no answer');
    const { unsaid: _list, ...unlisted } = pair.dropped;
    expect(await told(pair.kept, unlisted)).toEqual(['breaking schema-broken schema']);
  });

  it('may stand where a rule wants one of a few words', async () => {
    const [pair] = pairOf(exchange('openai-chat/text'));
    if (pair?.kept.body.form !== 'json') throw new Error('no answer');
    const text = JSON.stringify(pair.kept.body.value).replace('"finish_reason":"stop"', '"finish_reason":"xxxx"');
    const dropped = {
      ...pair.kept,
      unsaid: ['body.choices[].finish_reason'],
      body: { form: 'json', value: JSON.parse(text) as unknown },
    } as const;
    const { unsaid: _list, ...unlisted } = dropped;
    expect([await told(pair.kept, dropped), await told(pair.kept, unlisted)]).toEqual([[], ['breaking schema-broken schema']]);
  });

  it('teaches no words', async () => {
    const events = [1, 2, 3, 4, 5, 6].map(() => ({ data: '{"delta":"xxxx","mood":"calm"}' }));
    const [pair] = pairOf(exchange('openai-chat/text.stream'));
    if (pair === undefined) throw new Error('no answer');
    const other = { ...pair.kept, body: { form: 'events', events: [{ data: '{"delta":"Hello","mood":"wild"}' }], rest: '' } } as const;
    const { surface: _surface, ...dropped } = {
      ...pair.dropped,
      unsaid: ['body.delta'],
      body: { form: 'events', events, rest: '' },
    } as const;
    const { surface: _other, unsaid: _none, ...fresh } = { unsaid: [], ...other };
    expect(await told(dropped, fresh)).toEqual(['additive value-added events[chunk].mood']);
  });

  it('hides nothing beside it', async () => {
    const [pair] = pairOf(exchange('openai-chat/tool-call.stream'));
    if (pair?.dropped.body.form !== 'events') throw new Error('no stream');
    const { events } = pair.dropped.body;
    const cut = { ...pair.dropped, body: { ...pair.dropped.body, events: events.filter(({ data }) => data !== '[DONE]') } };
    expect((await told(pair.kept, cut)).filter(isBreaking)).not.toEqual([]);
  });
});
