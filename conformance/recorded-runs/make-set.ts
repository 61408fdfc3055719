import type { Recording, UnsealedRecording } from '#fixtures/recordings/recording';

import type { Captured } from '../record/captured.ts';
import { toldRefusal } from '../record/discreet-refusal.ts';
import { makeRecording, type MakeOptions } from '../record/make-recording.ts';
import { Placeholders } from '../record/placeholders.ts';
import { readableRecording } from '../record/readable-recording.ts';
import { Refusal, type RefusalCode } from '../record/refusal.ts';
import { callName } from './call-name.ts';
import type { RecordedCall } from './recorded-call.ts';
import type { RunManifest } from './run-manifest.ts';

/** The mocked upstreams listen where there is room: their port says nothing, and would make every recording another one. */
const mockedUpstream = 'http://mocked.invalid';
/** A replay finds a recording by its name. Bytes of a request that are kept to be read. */
const mostRequestBytes = 256 * 1024;
/** Answers are kept as they are, so these are about the request: part of it is left out. */
const aboutTheRequest: ReadonlySet<RefusalCode> = new Set(['secret-left', 'cannot-redact', 'encoded', 'too-large']);

type Made = Omit<UnsealedRecording, 'id'>;
type NotSaved = RunManifest['notSaved'][number];

/** Parts of a request that are left out, from none to all but method and target. */
type Part = 'body' | 'fields';
const ways: readonly (readonly Part[])[] = [[], ['body'], ['fields'], ['body', 'fields']];

/** Of a body that is left out, the token stays: it says whose call it was. */
const requestWithout = ({ captured: { request }, token }: RecordedCall, parts: readonly Part[]): Captured['request'] => ({
  ...request,
  ...(parts.includes('body') && { body: Buffer.from(token) }),
  ...(parts.includes('fields') && { fields: [] }),
});

const madeWithout = (call: RecordedCall, parts: readonly Part[], options: MakeOptions): Made => {
  const made = makeRecording({ ...call.captured, request: requestWithout(call, parts) }, options);
  const dropped = parts.map((part) => ({ path: `request.${part}`, kind: 'dropped' as const, count: 1 }));
  return { ...made, redactions: [...made.redactions, ...dropped] };
};

const isLarge = ({ captured: { request } }: RecordedCall): boolean => (request.body?.length ?? Number.POSITIVE_INFINITY) > mostRequestBytes;

/** With as much of the request as can be kept; what is not is listed. Throws {@link Refusal} where the answer cannot be. */
const madeOf = (call: RecordedCall, options: MakeOptions): Made => {
  let refusal = new Refusal('too-large', 'the request is larger than what is kept');
  for (const parts of isLarge(call) ? ways.filter((parts) => parts.includes('body')) : ways) {
    try {
      return madeWithout(call, parts, options);
    } catch (error) {
      if (!(error instanceof Refusal) || !aboutTheRequest.has(error.code)) throw error;
      refusal = error;
    }
  }
  throw refusal;
};

/** In the order in which they arrived, not in the one in which they ended: many arrive in one millisecond. */
const byArrival = ({ captured: a }: RecordedCall, { captured: b }: RecordedCall): number =>
  a.at - b.at || (a.before ?? 0) - (b.before ?? 0);

/** Every call gets the number that it has among those of its token. */
const numbered = (calls: readonly RecordedCall[]): readonly { readonly call: RecordedCall; readonly index: number }[] => {
  const counts = new Map<string, number>();
  return calls.toSorted(byArrival).map((call) => {
    const index = counts.get(call.token) ?? 0;
    counts.set(call.token, index + 1);
    return { call, index };
  });
};

/** The recordings of a run, and what could not become one. */
export interface RecordedSet {
  readonly recordings: Iterable<Recording>;
  /** Filled while the recordings are gone through. */
  readonly notSaved: readonly NotSaved[];
}

/** Makes recordings of calls one after the other, since all of them at once would fill the memory. */
export const recordedSet = (calls: readonly RecordedCall[], tool: string): RecordedSet => {
  const placeholders = new Placeholders();
  const options: MakeOptions = {
    upstream: mockedUpstream,
    tool,
    allowed: new Set(),
    dropContent: false,
    asAnswered: true,
    keepOpen: true,
    placeholders,
  };
  const notSaved: NotSaved[] = [];
  const make = function* (): Iterable<Recording> {
    for (const { call, index } of numbered(calls)) {
      try {
        const { schema, provenance, ...rest } = madeOf(call, options);
        const id = callName(call.surface, call.token, index);
        yield readableRecording({ schema, id, provenance: { ...provenance, surface: call.surface }, ...rest });
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
        notSaved.push({ token: call.token, ...toldRefusal(call.captured.request, error) });
      }
    }
  };
  return { recordings: make(), notSaved };
};
