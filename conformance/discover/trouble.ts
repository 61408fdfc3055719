import type { CallerSight } from '#scenarios/kit/sight';

import { isTlsFault } from '../transport/ending.ts';

/** What stands between us and an answer, in words, and what to do about it. */
export interface Trouble {
  readonly what: string;
  readonly hint: string;
}

type Codes = readonly (readonly [RegExp, Trouble])[];

const addressHint = 'check host and port';
const notOurs = 'this is no HTTP server that a proxy could be; check the address';

const byCode: Codes = [
  [/^ECONNREFUSED$/, { what: 'nothing listens there', hint: addressHint }],
  [/^(ENOTFOUND|EAI_AGAIN)$/, { what: 'the host name leads nowhere', hint: addressHint }],
  [/^(EHOSTUNREACH|EHOSTDOWN|ENETUNREACH|EADDRNOTAVAIL|UND_ERR_CONNECT_TIMEOUT)$/, { what: 'no way to that host', hint: addressHint }],
  [/WRONG_VERSION_NUMBER|_SSL_|^EPROTO$/, { what: 'what listens there does not speak TLS', hint: 'write http:// instead of https://' }],
  [/^(UND_ERR_)?HEADERS_OVERFLOW|HEADER_OVERFLOW/, { what: 'its headers are larger than 64 KiB', hint: notOurs }],
  [
    /^(?:HPE_|HTTPParserError$)/,
    { what: 'what it answers is not HTTP', hint: 'if it speaks TLS, write https://; else this is no HTTP server' },
  ],
  [/^ANSWER_TOO_LARGE$/, { what: 'its answer is larger than 1 MiB', hint: notOurs }],
];

const certificate: Trouble = {
  what: 'its certificate is not trusted',
  hint: 'NODE_EXTRA_CA_CERTS=file.pem makes a certificate of your own known',
};

const byEnd: Readonly<Record<Exclude<CallerSight['end'], 'complete'>, Trouble>> = {
  timeout: { what: 'its answer did not end in time', hint: 'look into its log, or try again' },
  reset: { what: 'it reset the connection', hint: 'look into its log' },
  cut: { what: 'its answer broke off', hint: 'look into its log' },
  refused: { what: 'no connection came about', hint: addressHint },
};

/** Why an exchange is of no use; `undefined` when it is complete. */
export const troubleOf = ({ end, errorCode = '' }: Pick<CallerSight, 'end' | 'errorCode'>): Trouble | undefined => {
  if (end === 'complete') return undefined;
  const known = byCode.find(([code]) => code.test(errorCode))?.[1] ?? (isTlsFault(errorCode) ? certificate : byEnd[end]);
  return errorCode === '' ? known : { ...known, what: `${known.what} (${errorCode})` };
};
