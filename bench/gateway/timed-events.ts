import { readAnswer } from './read-answer.ts';

/** An event of the paced upstream, as it arrived. Times are those of `process.hrtime.bigint()`, which all processes of a machine share. */
export interface SeenEvent {
  readonly number: number;
  readonly sentAt: bigint;
  readonly at: bigint;
}

const mark = /(\d{7})@(\d+);/g;
/** Longer than a mark, so that one that was cut is found when its rest has come. */
const keptCharacters = 40;

/** Finds the numbered events in the bytes of one connection, whatever is around them and wherever they are cut. */
export class TimedEvents {
  readonly seen: SeenEvent[] = [];
  #rest = '';

  push(bytes: Buffer, at: bigint): void {
    const text = this.#rest + bytes.toString('latin1');
    let end = 0;
    for (const { index, 0: whole, 1: number = '', 2: sentAt = '' } of text.matchAll(mark)) {
      this.seen.push({ number: Number(number), sentAt: BigInt(sentAt), at });
      end = index + whole.length;
    }
    this.#rest = text.slice(Math.max(end, text.length - keptCharacters));
  }
}

/** What is wrong with a paced stream, or `undefined`: all events in their order, each once, and a proper end. */
export const problemWithPaced = (seen: readonly SeenEvent[], body: Buffer, events: number): string | undefined => {
  const { text, finish } = readAnswer(body);
  const numbers = [...text.matchAll(mark)].map(([, number]) => Number(number));
  if (numbers.length !== events) return `${numbers.length} events instead of ${events}`;
  const odd = numbers.findIndex((number, index) => number !== index);
  if (odd >= 0) return `event ${numbers[odd]} where ${odd} should be`;
  if (seen.length !== events) return `${seen.length} of ${events} events were timed`;
  return finish === 'stop' ? undefined : `it ends with ${finish}`;
};
