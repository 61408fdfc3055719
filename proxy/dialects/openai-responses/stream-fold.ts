import type { StreamFolder, WireEvent } from '../dialect.ts';
import { asArray, asCount, asObject, asText, parseJson, type WireObject } from '../reading.ts';

const tells = /"response\.(completed|incomplete|done|output_item\.done)"/;

/**
 * Folds a stream into the Response object that its end carries, with whatever items it has (a compaction for example, which has no
 * neutral form). The Codex backend may leave `output` empty at the end: then the items that were done count.
 */
class ResponseFolder implements StreamFolder {
  readonly #items: { readonly at: number; readonly item: WireObject }[] = [];
  #response: WireObject | undefined;

  push({ data }: WireEvent): void {
    if (!tells.test(data)) return;
    const event = asObject(parseJson(data));
    const type = asText(event?.['type']);
    if (event === undefined || type === undefined || this.#response !== undefined) return;
    if (type === 'response.output_item.done') this.#keep(asObject(event['item']), asCount(event['output_index']));
    else if (/^response\.(completed|incomplete|done)$/.test(type)) this.#response = asObject(event['response']);
  }

  result(): unknown {
    if (this.#response === undefined || (asArray(this.#response['output']) ?? []).length > 0) return this.#response;
    const output = this.#items.toSorted((a, b) => a.at - b.at).map(({ item }) => item);
    return { ...this.#response, output };
  }

  #keep(item: WireObject | undefined, at = this.#items.length): void {
    if (item !== undefined) this.#items.push({ at, item });
  }
}

export const newStreamFolder = (): StreamFolder => new ResponseFolder();
