import { addressOf, sameAddress, type Address } from './address.ts';

interface BaseUrlVariable {
  readonly name: string;
  /** What follows the proxy's address in its value. */
  readonly path: string;
  readonly readBy: string;
  /** The variable that took its place: a client that reads the one mostly does not read the other. */
  readonly successor?: string;
}

/** Where clients look for the address of the API, as far as they are common (sheet: toolchain §6, row 14 e6). */
export const baseUrlVariables: readonly BaseUrlVariable[] = [
  { name: 'OPENAI_BASE_URL', path: '/v1', readBy: 'OpenAI SDKs since 1.0 and what is built on them' },
  { name: 'OPENAI_API_BASE', path: '/v1', readBy: 'OpenAI SDKs before 1.0, LangChain', successor: 'OPENAI_BASE_URL' },
  { name: 'ANTHROPIC_BASE_URL', path: '', readBy: 'Anthropic SDKs, Claude Code' },
  { name: 'GOOGLE_GEMINI_BASE_URL', path: '', readBy: 'Google GenAI SDKs, Gemini CLI' },
  { name: 'AMP_URL', path: '', readBy: 'Amp' },
  { name: 'COPILOT_PROVIDER_BASE_URL', path: '/v1', readBy: 'GitHub Copilot CLI' },
];

type Environment = Readonly<Record<string, string | undefined>>;

/** What one base-URL variable of a client's environment says. Values are not kept: they may hold a key. */
export interface BaseUrlReading {
  readonly name: string;
  readonly says: 'the target' | 'elsewhere' | 'nothing' | 'no URL';
  /** The origin that it names. */
  readonly origin?: string;
  /** It was not set, and got its value from the tracer. */
  readonly given?: true;
}

const urlIn = (value: string): URL | undefined => {
  if (!/^https?:\/\//i.test(value) || !URL.canParse(value)) return undefined;
  return new URL(value);
};

const namesTarget = (value: string, target: Address): boolean => {
  const url = urlIn(value);
  return url !== undefined && sameAddress(addressOf(url), target);
};

const readingOf = (name: string, value: string | undefined, target: Address): BaseUrlReading => {
  if (value === undefined || value.trim() === '') return { name, says: 'nothing' };
  const url = urlIn(value.trim());
  if (url === undefined) return { name, says: 'no URL' };
  return { name, says: namesTarget(value.trim(), target) ? 'the target' : 'elsewhere', origin: url.origin };
};

/** The same URL at another origin; what goes before the host, as a key, goes too. */
const movedTo = (value: string, origin: string): string => {
  const url = urlIn(value.trim());
  return url === undefined ? value : `${origin}${url.pathname === '/' && !value.trim().endsWith('/') ? '' : url.pathname}${url.search}`;
};

export interface Pointed {
  readonly env: Readonly<Record<string, string>>;
  readonly readings: readonly BaseUrlReading[];
}

/**
 * The client's environment with every variable that names the target naming the relay instead; what names another place stays as it is,
 * for that is what is to be found out.
 * @param give sets the known variables that are not set, as the page's remediation does
 */
export const pointAtRelay = (environment: Environment, target: URL, relay: string, give: boolean): Pointed => {
  const address = addressOf(target);
  const base = target.pathname.replace(/\/+$/, '');
  const known = baseUrlVariables.map(({ name }) => readingOf(name, environment[name], address));
  const given = new Set(give ? known.filter(({ says }) => says === 'nothing').map(({ name }) => name) : []);
  const env = Object.fromEntries(
    Object.entries(environment).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, namesTarget(value.trim(), address) ? movedTo(value, relay) : value] as const],
    ),
  );
  for (const { name, path } of baseUrlVariables) if (given.has(name)) env[name] = `${relay}${base}${path}`;
  return {
    env,
    readings: known.map((reading) => (given.has(reading.name) ? { name: reading.name, says: 'the target', given: true } : reading)),
  };
};
