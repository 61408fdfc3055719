import type { Loss } from '../ir/loss.ts';
import type { Asking } from './attempt.ts';

/** How the exchange with the client ended. */
export type ExchangeEnd = 'complete' | 'refused' | 'broken-stream' | 'client-left';

/** What one request's log line says. Written to while the exchange runs; holds no content and no secret. */
export class ExchangeRecord {
  readonly #fields: Record<string, unknown> = {};
  #attempts = 0;
  #losses: readonly Loss[] = [];
  #fallbacks: readonly string[] = [];

  about(fields: Readonly<Record<string, unknown>>): void {
    Object.assign(this.#fields, fields);
  }

  attempted({ candidate }: Asking): void {
    this.#attempts += 1;
    const { provider, credential, upstreamModel } = candidate;
    this.about({ provider: provider.id, credential: credential.id, upstreamModel });
  }

  lost(losses: readonly Loss[]): void {
    this.#losses = losses;
  }

  fellBack(from: string, because: string): void {
    this.#fallbacks = [...this.#fallbacks, `${from}: ${because}`];
  }

  get fields(): Readonly<Record<string, unknown>> {
    return {
      ...this.#fields,
      attempts: this.#attempts,
      ...(this.#losses.length > 0 && { lossCount: this.#losses.length, losses: this.#losses.slice(0, 20) }),
      ...(this.#fallbacks.length > 0 && { fallbacks: this.#fallbacks }),
    };
  }
}
