/** What an account does right when its tokens are renewed; each one a switchable remedy of row 16. */
export type RenewalRule =
  /** A token that an upstream refuses is renewed, whatever its expiry claims. */
  | 'renew-what-is-refused'
  /** Requests that need the same new token wait for one renewal. */
  | 'one-renewal-at-a-time'
  /** A refresh token that its vendor has refused is not shown again. */
  | 'refusals-are-final'
  /** What an answer of the token endpoint leaves out stays as it was. */
  | 'keep-what-is-left-out'
  /** A token of whose lifetime nothing sensible is said lives for an hour. */
  | 'assume-a-lifetime';

export type RenewalRules = ReadonlySet<RenewalRule>;

/** All of them: what an account does when nobody switches anything off. */
export const allRenewalRules: RenewalRules = new Set<RenewalRule>([
  'renew-what-is-refused',
  'one-renewal-at-a-time',
  'refusals-are-final',
  'keep-what-is-left-out',
  'assume-a-lifetime',
]);
