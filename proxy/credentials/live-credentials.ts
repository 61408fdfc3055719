import type { ConfigProblem } from '../config/problem.ts';
import type { ProxyConfig } from '../config/schema.ts';
import type { NewTokens, Renewal } from '../providers/oauth.ts';
import type { Credential, Provider } from '../providers/provider.ts';
import type { Failure } from '../remedies/remedy.ts';
import { Account } from './account.ts';
import type { AccountContext } from './account.ts';
import { authCredential } from './auth-credential.ts';
import { authFileId } from './auth-file.ts';
import type { AuthFile } from './auth-file.ts';
import type { Credentials } from './credentials.ts';
import { allRenewalRules } from './renewal-rules.ts';
import type { RenewalRules } from './renewal-rules.ts';
import { requestTokens } from './request-tokens.ts';
import type { CredentialStatus } from './status.ts';
import type { EndSignal } from '../relay/departure.ts';

type Settings = Pick<ProxyConfig, 'oauth-upstreams' | 'proxy-url'>;

/** The part of a load that the accounts follow. */
export interface AccountsOfLoad {
  readonly config: Settings;
  readonly authFiles: readonly AuthFile[];
  /** All by default. */
  readonly rules?: RenewalRules;
}

type Surroundings = Pick<AccountContext, 'clock' | 'log'>;

/** The longest that a token endpoint may take, in milliseconds. */
const tokenTimeoutMs = 15_000;

/** What the vendors' own rules say about the auth files of a load, beyond `parseAuthFile`. All problems at once. */
export const vendorProblems = (files: readonly AuthFile[], providers: ReadonlyMap<string, Provider>): readonly ConfigProblem[] =>
  files.flatMap((file) =>
    (providers.get(file.type)?.oauth?.problems?.(file) ?? []).map(({ member, expected }) => ({
      where: `${file.source.where}: ${member}`,
      expected,
      actual: (file as unknown as Readonly<Record<string, unknown>>)[member] === undefined ? 'nothing' : 'another text',
    })),
  );

/**
 * A dead token answers 401, and with some vendors 403 (row 16, (e) 1). A 403 about the account or its rights is no matter of the token.
 * @example mayMeanDeadToken({ status: 403, bodyText: '{"message":"The bearer token included in the request is invalid."}' }) // true
 */
export const mayMeanDeadToken = ({ status, bodyText }: Pick<Failure, 'status' | 'bodyText'>): boolean => {
  if (status === 401) return true;
  if (status !== 403 || /suspend|license|subscription|verif|eligible|violation/i.test(bodyText)) return false;
  return /\b(token|credentials?)\b[^"]*\b(invalid|expired)|\b(invalid|expired)\b[^"]*\b(token|credentials?)\b|unauthori[sz]ed/i.test(
    bodyText,
  );
};

/**
 * A vendor's address as a gateway in front of it has it: the vendor's host is part of the path.
 * @example through('http://gateway/tokens', 'https://auth.openai.com/oauth/token') // 'http://gateway/tokens/auth.openai.com/oauth/token'
 */
const through = (gateway: string | undefined, url: string): string => {
  if (gateway === undefined) return url;
  const { host, pathname, search } = new URL(url);
  return `${gateway.replace(/\/+$/, '')}/${host}${pathname}${search}`;
};

/** Keeps the tokens of all OAuth accounts of the running proxy alive, over reloads of its configuration. */
export class LiveCredentials implements Credentials {
  readonly #accounts = new Map<string, Account>();
  readonly #leaving = new Set<Promise<void>>();
  readonly #providers: ReadonlyMap<string, Provider>;
  readonly #surroundings: Surroundings;
  #settings: Settings = { 'oauth-upstreams': {}, 'proxy-url': '' };
  #rules = allRenewalRules;

  constructor(providers: ReadonlyMap<string, Provider>, surroundings: Surroundings) {
    this.#providers = providers;
    this.#surroundings = surroundings;
  }

  /** Follows a load that has come into force: new accounts begin, those whose file is gone end, the others keep what they know. */
  use({ config, authFiles, rules = allRenewalRules }: AccountsOfLoad): void {
    this.#settings = config;
    this.#rules = rules;
    const ids = new Set(authFiles.map(authFileId));
    for (const [id, account] of this.#accounts) if (!ids.has(id)) this.#dismiss(id, account);
    for (const file of authFiles) {
      const known = this.#accounts.get(authFileId(file));
      if (known === undefined) this.#begin(file);
      else known.adopt(file);
    }
  }

  readonly fresh = (credential: Credential, signal: EndSignal): Credential | Promise<Credential> => {
    const account = this.#accounts.get(credential.id);
    return account === undefined ? credential : this.#fresh(credential, account, signal);
  };

  readonly renewed = async (failure: Failure, signal: EndSignal): Promise<Credential | undefined> => {
    const { credential } = failure;
    const account = mayMeanDeadToken(failure) ? this.#accounts.get(credential.id) : undefined;
    if (account === undefined || !(await account.replace(credential.secret, signal))) return undefined;
    return this.#now(credential, account);
  };

  readonly statuses = (): readonly CredentialStatus[] => [...this.#accounts.values()].map((account) => account.status());

  readonly close = async (): Promise<void> => {
    await Promise.all([...this.#leaving, ...[...this.#accounts.values()].map((account) => account.close())]);
  };

  async #fresh(credential: Credential, account: Account, signal: EndSignal): Promise<Credential> {
    await account.freshen(signal);
    return this.#now(credential, account);
  }

  #begin(file: AuthFile): void {
    const oauth = this.#providers.get(file.type)?.oauth;
    if (oauth === undefined) return;
    const context: AccountContext = {
      ...this.#surroundings,
      follows: (rule) => this.#rules.has(rule),
      requestTokens: (from, renewal) => this.#ask(from, renewal),
    };
    this.#accounts.set(authFileId(file), new Account(file, oauth, context));
  }

  #dismiss(id: string, account: Account): void {
    this.#accounts.delete(id);
    const closed: Promise<void> = account.close().finally(() => this.#leaving.delete(closed));
    this.#leaving.add(closed);
  }

  #ask(file: AuthFile, renewal: Renewal): Promise<NewTokens> {
    const { 'token-url': configured, 'token-gateway': gateway } = this.#settings['oauth-upstreams'][file.type] ?? {};
    return requestTokens(file, renewal, {
      tokenUrl: file.token_url ?? configured ?? through(gateway, renewal.tokenUrl(file)),
      proxyUrl: file.proxy_url ?? this.#settings['proxy-url'],
      timeoutMs: tokenTimeoutMs,
    });
  }

  /** The credential as routing knows it, with what the account has now. */
  #now(credential: Credential, { file }: Account): Credential {
    const oauth = this.#providers.get(file.type)?.oauth;
    if (oauth === undefined) return credential;
    const { secret, baseUrl, fields } = authCredential(file, oauth, this.#settings);
    return { ...credential, secret, baseUrl, fields };
  }
}
