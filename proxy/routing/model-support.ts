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
];

const code = /"code"\s*:\s*"(model_not_found|model_not_supported|unsupported_model)"/i;

const hasCode = (text: string): boolean => code.test(text.slice(0, 16_384));

const namesTheModel = (text: string): boolean => hasCode(text) || says.some((pattern) => pattern.test(text.slice(0, 16_384)));

/**
 * Whether an upstream refused because it does not serve the model to this credential (sheets R5, R8, S4): a 404, a 400 or 422 whose text
 * says so, or a 403 whose code does (a project of OpenAI's without access to it).
 * Never another 400: a prompt-caused one must neither cool a credential down nor fall back (R8 (e) 1).
 * A 404 of another endpoint than generation only says that the gateway lacks that route (row 20 (e) 3), unless it speaks of the model.
 */
export const refusesModel = ({ operation, status, bodyText }: Refusal): boolean => {
  if (status === 404 && operation === 'generate') return true;
  if (status === 403) return hasCode(bodyText);
  return (status === 400 || status === 404 || status === 422) && namesTheModel(bodyText);
};
