import type { Loss } from '../ir/loss.ts';
import type { AnswerSize } from '../usage/answer-meter.ts';
import { requestTexts } from '../ir/request-texts.ts';
import { sampleOf } from '../usage/text-sample.ts';
import type { SampledText } from '../usage/text-sample.ts';
import type { AnsweredRequest, EndedRequest } from '../usage/usage-record.ts';
import type { Asking } from './attempt.ts';
import type { Question } from './question.ts';

/** How the exchange with the client ended. `cut-off`: by the proxy, which closed. */
export type ExchangeEnd = 'complete' | 'refused' | 'broken-stream' | 'client-left' | 'cut-off';

type Counted = Pick<
  EndedRequest,
  'stream' | 'requestedModel' | 'provider' | 'credential' | 'upstreamModel' | 'attempts' | 'fallbackModel' | 'answered'
> & { readonly answeredAt?: number };

/** What is sent to count where an upstream does not; text that is no conversation is counted as it is. */
const inputOf = (question: Question): SampledText => {
  try {
    return sampleOf(requestTexts(question.neutral().value));
  } catch {
    return sampleOf([question.body.text]);
  }
};

/** What one request's log line says, and what is counted of it. Written to while the exchange runs; holds no content and no secret. */
export class ExchangeRecord {
  readonly #fields: Record<string, unknown> = {};
  #question: Question | undefined;
  #asked: Asking['candidate'] | undefined;
  #fallback = '';
  #size: (() => AnswerSize) | undefined;
  #answeredAt: number | undefined;
  #attempts = 0;
  #losses: readonly Loss[] = [];
  #fallbacks: readonly string[] = [];

  about(fields: Readonly<Record<string, unknown>>): void {
    Object.assign(this.#fields, fields);
  }

  asks(question: Question): void {
    this.#question = question;
    this.about({ model: question.model, stream: question.stream });
  }

  attempted({ candidate }: Asking): void {
    this.#attempts += 1;
    this.#asked = candidate;
    const { provider, credential, upstreamModel } = candidate;
    this.about({ provider: provider.id, credential: credential.id, upstreamModel });
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
    this.about({ fallback: model });
  }

  get fields(): Readonly<Record<string, unknown>> {
    return {
      ...this.#fields,
      attempts: this.#attempts,
      ...(this.#losses.length > 0 && { lossCount: this.#losses.length, losses: this.#losses.slice(0, 20) }),
      ...(this.#fallbacks.length > 0 && { fallbacks: this.#fallbacks }),
    };
  }

  /** What is counted of the request when it is over. */
  get counted(): Counted {
    const answered = this.#answer();
    return {
      stream: this.#question?.stream ?? false,
      requestedModel: this.#question?.model ?? '',
      provider: this.#asked?.credential.provider ?? '',
      credential: this.#asked?.credential.id ?? '',
      upstreamModel: this.#asked?.upstreamModel ?? '',
      attempts: this.#attempts,
      fallbackModel: this.#fallback,
      ...(this.#answeredAt !== undefined && { answeredAt: this.#answeredAt }),
      ...(answered !== undefined && { answered }),
    };
  }

  #answer(): AnsweredRequest | undefined {
    const question = this.#question;
    if (this.#size === undefined || question === undefined) return undefined;
    const size = this.#size();
    const { usage } = size;
    return { ...(usage !== undefined && { usage }), input: () => inputOf(question), output: () => size.text };
  }
}
