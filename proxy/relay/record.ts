import type { Loss } from '../ir/loss.ts';
import type { AnswerSize } from '../usage/answer-meter.ts';
import { requestTexts } from '../ir/request-texts.ts';
import { sampleOf } from '../usage/text-sample.ts';
import type { SampledText } from '../usage/text-sample.ts';
import type { AnsweredRequest } from '../usage/usage-record.ts';
import type { Asking } from './attempt.ts';
import type { Question } from './question.ts';

/** How the exchange with the client ended. `cut-off`: by the proxy, which closed. */
export type ExchangeEnd = 'complete' | 'refused' | 'broken-stream' | 'client-left' | 'cut-off';

/** What is sent to count where an upstream does not; text that is no conversation is counted as it is. */
const inputOf = (question: Question): SampledText => {
  try {
    return sampleOf(requestTexts(question.neutral().value));
  } catch {
    return sampleOf([question.body.text]);
  }
};

/** Losses that one log line names. */
const mostNamedLosses = 20;

/** What one request's log line says, and what is counted of it. Written to while the exchange runs; holds no content and no secret. */
export class ExchangeRecord {
  #question: Question | undefined;
  #asked: Asking['candidate'] | undefined;
  #fallback = '';
  #error: string | undefined;
  #hasFailed = false;
  #size: (() => AnswerSize) | undefined;
  #answeredAt: number | undefined;
  #attempts = 0;
  #losses: readonly Loss[] = [];
  #fallbacks: readonly string[] = [];

  asks(question: Question): void {
    this.#question = question;
  }

  attempted({ candidate }: Asking): void {
    this.#attempts += 1;
    this.#asked = candidate;
  }

  /** An upstream has answered; its size is known in full when the exchange is over. */
  answered(size: (() => AnswerSize) | undefined, at: number): void {
    this.#size = size;
    this.#answeredAt = at;
  }

  lost(losses: readonly Loss[]): void {
    this.#losses = losses;
  }

  fellBack(from: string, because: string): void {
    this.#fallbacks = [...this.#fallbacks, `${from}: ${because}`];
  }

  /** Another model than the requested one has answered. */
  answeredBy(model: string): void {
    this.#fallback = model;
  }

  /** The client was told of an error; its code. */
  failed(error: string | undefined): void {
    this.#hasFailed = true;
    this.#error = error;
  }

  get stream(): boolean {
    return this.#question?.stream ?? false;
  }

  /** As the client named it; empty when the request could not be read. */
  get requestedModel(): string {
    return this.#question?.model ?? '';
  }

  /** Of who was asked last; empty when nobody was. */
  get provider(): string {
    return this.#asked?.credential.provider ?? '';
  }

  get credential(): string {
    return this.#asked?.credential.id ?? '';
  }

  get upstreamModel(): string {
    return this.#asked?.upstreamModel ?? '';
  }

  get attempts(): number {
    return this.#attempts;
  }

  /** Empty when the requested model answered. */
  get fallbackModel(): string {
    return this.#fallback;
  }

  /** Milliseconds since the epoch; absent when nobody answered. */
  get answeredAt(): number | undefined {
    return this.#answeredAt;
  }

  /** Adds what is to be logged. */
  tellTo(fields: Record<string, unknown>): void {
    if (this.#question !== undefined) {
      fields.model = this.#question.model;
      fields.stream = this.#question.stream;
    }
    if (this.#asked !== undefined) {
      fields.provider = this.#asked.provider.id;
      fields.credential = this.#asked.credential.id;
      fields.upstreamModel = this.#asked.upstreamModel;
    }
    if (this.#fallback !== '') fields.fallback = this.#fallback;
    if (this.#hasFailed) fields.error = this.#error;
    fields.attempts = this.#attempts;
    if (this.#losses.length > 0) {
      fields.lossCount = this.#losses.length;
      fields.losses = this.#losses.slice(0, mostNamedLosses);
    }
    if (this.#fallbacks.length > 0) fields.fallbacks = this.#fallbacks;
  }

  /** What is known of the answer's tokens when the exchange is over; `undefined` when no upstream answered. */
  answer(): AnsweredRequest | undefined {
    const question = this.#question;
    if (this.#size === undefined || question === undefined) return undefined;
    const size = this.#size();
    return { usage: size.usage, input: () => inputOf(question), output: () => size.text };
  }
}
