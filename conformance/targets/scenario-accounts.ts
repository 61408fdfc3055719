import type { SurfaceId } from '#fixtures/exchange';
import { accountsPrefix } from '#fixtures/upstreams/accounts/accounts';
import type { AccountScript } from '#fixtures/upstreams/accounts/account-script';
import type { MockUpstream } from '#fixtures/upstreams/mock-upstream';
import type { ProxyConfigPatch } from '#scenarios/kit/scenario';

/**
 * Auth files of a scenario's own: `auth-files` of its configuration, which is no key of config.yaml. They take the place of the target's files
 * with the same prefix. Texts of the configuration may have placeholders: `{upstream:<surface>}` for where a surface is mocked, `{accounts}`
 * for where the vendors of accounts are, `{account:<name>}` for what they call one of the scenario's accounts, `{in:<seconds>}` for a time from
 * the start on, RFC 3339, and `{jwt:<seconds>}` for head and claims of a token that ends then.
 */

/** What is filled in. */
export interface Filling {
  readonly upstream: Pick<MockUpstream, 'url' | 'baseUrl'>;
  /** What the vendors call the scenario's accounts. */
  readonly accounts: Readonly<Record<string, string>>;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

const base64url = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');

const claims = (endsAt: number): string => `${base64url({ alg: 'none' })}.${base64url({ exp: Math.floor(endsAt / 1000) })}`;

const accountNamed = ({ accounts }: Filling, name: string): string => {
  const found = accounts[name];
  if (found === undefined) throw new Error(`the scenario has no account "${name}"; it has ${Object.keys(accounts).join(', ') || 'none'}`);
  return found;
};

const fillers: readonly (readonly [RegExp, (filling: Filling, argument: string) => string])[] = [
  [/\{upstream:([a-z-]+)\}/g, ({ upstream }, surface) => upstream.baseUrl(surface as SurfaceId)],
  [/\{accounts\}/g, ({ upstream }) => `${upstream.url}${accountsPrefix.slice(0, -1)}`],
  [/\{account:([a-z-]+)\}/g, accountNamed],
  [/\{in:(-?\d+)\}/g, ({ now }, seconds) => new Date(now + Number(seconds) * 1000).toISOString()],
  [/\{jwt:(-?\d+)\}/g, ({ now }, seconds) => claims(now + Number(seconds) * 1000)],
];

const filledText = (text: string, filling: Filling): string =>
  text.includes('{')
    ? fillers.reduce((so, [pattern, fill]) => so.replaceAll(pattern, (_, argument: string) => fill(filling, argument)), text)
    : text;

const filledTree = (value: unknown, filling: Filling): unknown => {
  if (typeof value === 'string') return filledText(value, filling);
  if (Array.isArray(value)) return value.map((each) => filledTree(each, filling));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, filledTree(inner, filling)]));
};

/** Plain data with its placeholders filled in. @throws Error for an account that the scenario does not have */
export const filled = <Tree>(value: Tree, filling: Filling): Tree => filledTree(value, filling) as Tree;

const prefixOf = (file: unknown): unknown => (file as { readonly prefix?: unknown } | null)?.prefix;

/** What a proxy is started with. */
export interface WithAccounts {
  readonly patch: ProxyConfigPatch;
  readonly authFiles: readonly unknown[];
}

/**
 * Takes the scenario's auth files out of a configuration and puts them among the target's own.
 * @param base the target's own auth files
 */
export const withAccounts = (config: ProxyConfigPatch, base: readonly unknown[], filling: Filling): WithAccounts => {
  const { 'auth-files': given, ...rest } = config;
  const patch = filled(rest, filling);
  if (!Array.isArray(given)) return { patch, authFiles: base };
  const own: readonly unknown[] = filled(given, filling);
  const prefixes = new Set(own.map(prefixOf));
  return { patch, authFiles: [...base.filter((file) => !prefixes.has(prefixOf(file))), ...own] };
};

let opened = 0;

/** Of the form of a step's token, and one that no other start in this process has. */
const newName = (): string => {
  opened += 1;
  return `wpt_account${opened.toString(36).padStart(9, '0')}`;
};

/** Tells the mocked vendors of a scenario's accounts, and gives what they call them. */
export const openAccounts = (
  { accounts }: Pick<MockUpstream, 'accounts'>,
  scripts: Readonly<Record<string, AccountScript>>,
): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(scripts).map(([account, script]) => {
      const name = newName();
      accounts.script(name, script);
      return [account, name];
    }),
  );
