import {
  allOf,
  CLIENT_KEY,
  converse,
  says,
  type Cell,
  type CallerSight,
  type Ground,
  type Probe,
  type Reading,
} from '#scenarios/kit/index';
import { cameThrough } from '#scenarios/kit/actions/client';

export const text = 'Wireproof says ok.';

/** Every name that the clients of these rows read, as the page's remediation exports them in the shell that starts the client. */
const addresses = {
  OPENAI_BASE_URL: '{target}/v1',
  OPENAI_API_BASE: '{target}/v1',
  ANTHROPIC_BASE_URL: '{target}',
  GOOGLE_GEMINI_BASE_URL: '{target}',
  AMP_URL: '{target}',
} as const;
export type AddressVariable = keyof typeof addresses;

const keys = { OPENAI_API_KEY: CLIENT_KEY, ANTHROPIC_API_KEY: CLIENT_KEY, GEMINI_API_KEY: CLIENT_KEY, AMP_API_KEY: CLIENT_KEY };

/** A shell that has the key, and of the addresses only these. */
export const shellWith = (...names: readonly AddressVariable[]): Ground => ({
  client: { env: { ...keys, ...Object.fromEntries(names.map((name) => [name, addresses[name]])) } },
});

export const wholeShell = shellWith('OPENAI_BASE_URL', 'OPENAI_API_BASE', 'ANTHROPIC_BASE_URL', 'GOOGLE_GEMINI_BASE_URL', 'AMP_URL');

export const question = (cell: Cell, model: string): Probe => converse(cell, { model, text: 'Say hello.', maxOutputTokens: 16 });

/** The client's call came to the proxy and was answered there. */
export const answeredThere = (sight: CallerSight, said: string): Reading => allOf(cameThrough(sight), says(sight, said));

export const live = {
  safe: false,
  because:
    'the cause is in the environment of somebody’s client, which no request shows: wireproof trace -- CLIENT looks at it where it runs',
} as const;
