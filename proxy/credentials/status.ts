import type { AuthFile } from './auth-file.ts';

/** How an OAuth credential is doing, for management; never holds a secret. Times are milliseconds since the epoch. */
export interface CredentialStatus {
  readonly id: string;
  /** The channel: codex, kiro … */
  readonly type: string;
  /** Whose account it is, masked. */
  readonly label: string;
  /** `needs-login`: no token can be had until the file changes. `refresh-failing`: it is tried again at `nextRefresh`. */
  readonly status: 'ok' | 'refreshing' | 'refresh-failing' | 'needs-login' | 'disabled';
  readonly statusMessage?: string;
  readonly lastRefresh?: number;
  readonly nextRefresh?: number;
  readonly expiresAt?: number;
  /** The auth file; absent for one that was handed in. */
  readonly path?: string;
  /** Whether the tokens in use are those in the file. */
  readonly persisted?: boolean;
}

const masked = (text: string, shown: number): string => `${text.slice(0, shown)}***`;

/**
 * Whose account a file is, recognisable for its owner only.
 * @example labelOf({ email: 'ada@example.com', … }) // 'a***@example.com'
 */
export const labelOf = ({ type, email, account_id: account }: AuthFile): string => {
  if (email !== undefined) return `${masked(email, 1)}${email.includes('@') ? email.slice(email.lastIndexOf('@')) : ''}`;
  return account === undefined ? type : masked(account, Math.min(4, Math.floor(account.length / 2)));
};
