import type { Operation } from '../providers/provider.ts';

/** What of an upstream's refusal tells its class. */
export interface Refusal {
  readonly operation: Operation;
  readonly status: number;
  readonly bodyText: string;
}

/** A model's name as it stands in a sentence, with whatever quotes (escaped ones too, because the text is JSON). */
const name = String.raw`(?:[\\'"\x60]{0,3}[\w./:@-]{1,120}[\\'"\x60]{0,3}\s+)?`;

const says = [
  new RegExp(String.raw`\bmodel:?\s+${name}(?:is|was) not (?:supported|available|enabled|found)`, 'i'),
  new RegExp(String.raw`\bmodel:?\s+${name}does not exist`, 'i'),
  /\b(unsupported|unknown) model\b/i,
  /"code"\s*:\s*"(model_not_found|model_not_supported|unsupported_model)"/i,
];

const namesTheModel = (text: string): boolean => says.some((pattern) => pattern.test(text.slice(0, 16_384)));

/**
 * Whether an upstream refused because it does not serve the model to this credential (sheets R5, R8): a 404, or a 400 whose text says so.
 * Never another 400: a prompt-caused one must neither cool a credential down nor fall back (R8 (e) 1).
 * A 404 of another endpoint than generation only says that the gateway lacks that route (row 20 (e) 3), unless it speaks of the model.
 */
export const refusesModel = ({ operation, status, bodyText }: Refusal): boolean => {
  if (status === 404 && operation === 'generate') return true;
  return (status === 400 || status === 404) && namesTheModel(bodyText);
};
