import { describe, expect, it } from 'vitest';

import { sensitiveSpans } from './sensitive.ts';

const letters = 'a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6';
const pem = '-----BEGIN RSA PRIVATE KEY-----';

const values = [
  ['credential', `sk-${letters}`],
  ['credential', `AIza${letters}`],
  ['credential', `ya29.${letters}`],
  ['credential', `1//0${letters}`],
  ...['ghp_', 'gho_', 'ghu_', 'ghs_', 'ghr_', 'github_pat_', 'glpat-', 'gsk_', 'hf_', 'r8_', 'xai-', 'pplx-', 'npm_'].map(
    (start) => ['credential', `${start}${letters}`] as const,
  ),
  ...['a', 'b', 'e', 'o', 'p', 'r', 's'].map((kind) => ['credential', `xox${kind}-${letters}`] as const),
  ...['AK', 'AS'].map((start) => ['credential', `${start}IAABCDEFGH12345678`] as const),
  ['credential', `eyJ${letters}.eyJ${letters}.${letters}`],
  ['credential', `${pem}${letters}`],
  ...['org-', 'proj_', 'acct-', 'user_'].map((start) => ['account', `${start}${letters}`] as const),
  ['personal', 'someone.else@mail.example.org'],
] as const;

const found = (text: string): readonly (readonly [string, string])[] =>
  sensitiveSpans(text).map(({ kind, start, end }) => [kind, text.slice(start, end)]);

describe('sensitiveSpans', () => {
  it.each(values)('finds a %s that is told by its look: %s', (kind, value) => {
    expect(found(value)).toEqual([[kind, value]]);
    expect(found(`Say "${value}" to nobody.`)).toEqual([[kind, value]]);
  });

  it('finds all of a text, and of a word for a scheme only what follows it', () => {
    expect(found(values.map(([, value]) => value).join(' '))).toHaveLength(values.length);
    for (const word of ['Bearer', 'bearer', 'BEARER']) expect(found(`${word} ${letters}`)).toEqual([['credential', letters]]);
  });

  it('leaves ordinary text alone', () => {
    expect(found('Ask for a desk-lamp, 1//2, xoxo, eyes, AIza, a user-agent and an org-chart @ noon; Bearer of news.')).toEqual([]);
  });
});
