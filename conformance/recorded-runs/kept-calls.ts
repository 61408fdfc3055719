import { loadRouting, type Routing } from '#fixtures/upstreams/routing';

import type { Captured } from '../record/captured.ts';
import { asRecordedCall, type RecordedCall } from './recorded-call.ts';

/** A frame takes room besides its data. */
const frameBytes = 64;

const sum = (sizes: readonly number[]): number => sizes.reduce((all, size) => all + size, 0);

const bytesOf = ({ request, answer, socket }: Captured): number =>
  (request.body?.length ?? 0) +
  (answer?.body.tail.length ?? 0) +
  sum((answer?.body.pieces ?? []).map(({ bytes }) => bytes.length)) +
  sum((socket?.frames ?? []).map(({ data }) => data.length + frameBytes));

const withoutBytes = ({ request: { body: _dropped, ...request }, answer, socket, ...rest }: Captured): Captured => ({
  ...rest,
  request,
  ...(answer !== undefined && { answer: { ...answer, body: { ...answer.body, pieces: [], tail: Buffer.alloc(0), tooLarge: true } } }),
  ...(socket !== undefined && { socket: { ...socket, frames: [], tooLarge: true } }),
});

const callWithoutBytes = async (captured: Captured, routing: Promise<Routing>): Promise<RecordedCall | undefined> => {
  const call = await asRecordedCall(captured, await routing);
  return call && { ...call, captured: withoutBytes(captured) };
};

/** Its error is for whoever waits for it in the end, be it much later. */
const later = <Value>(promise: Promise<Value>): Promise<Value> => {
  promise.catch(() => undefined);
  return promise;
};

/** What a run has captured; where there is no more room, only whose call it was: that is in its bytes, so it is looked up at once. */
export class KeptCalls {
  readonly #routing = later(loadRouting());
  readonly #captured: Captured[] = [];
  readonly #withoutBytes: Promise<RecordedCall | undefined>[] = [];
  #room: number;

  /** @param mostBytes of bodies and frames of all exchanges together */
  constructor(mostBytes: number) {
    this.#room = mostBytes;
  }

  readonly keep = (one: Captured): void => {
    this.#room -= bytesOf(one);
    if (this.#room < 0) this.#withoutBytes.push(later(callWithoutBytes(one, this.#routing)));
    else this.#captured.push(one);
  };

  async calls(): Promise<readonly RecordedCall[]> {
    const routing = await this.#routing;
    const calls = await Promise.all([...this.#captured.map((one) => asRecordedCall(one, routing)), ...this.#withoutBytes]);
    return calls.filter((call) => call !== undefined);
  }
}
