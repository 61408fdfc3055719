import { fileURLToPath } from 'node:url';

import { format, resolveConfig } from 'prettier';
import { expect, it } from 'vitest';

import { loadSealed } from '#fixtures/catalogue';
import { loadPairs } from '#proxy/dialects/pairs/load-pairs';
import antigravity from '#proxy/providers/antigravity/index';
import codex from '#proxy/providers/codex/index';
import iflow from '#proxy/providers/iflow/index';

import { sampleOfExchange } from '../../drift/sample.ts';
import { dialectOf } from '../../drift/touched-by.ts';
import { measureTouched, type Touched } from '../../drift/testing/measure-touched.ts';

const file = fileURLToPath(new URL('../../drift/touched-fields.ts', import.meta.url));

const words = ({ read, written, reaches }: Touched): string =>
  [...(read ? ['read'] : []), ...(written ? ['written'] : []), ...[...reaches].sort()].join(' ');

it('conformance/drift/touched-fields.ts says what the dialects do today', async () => {
  const { dialects } = await loadPairs();
  const found = measureTouched(loadSealed().map(sampleOfExchange), dialects, dialectOf);
  const fields = Object.fromEntries(
    [...found].map(([dialect, places]) => [
      dialect,
      Object.fromEntries([...places].sort(([a], [b]) => (a < b ? -1 : 1)).map(([path, touched]) => [path, words(touched)])),
    ]),
  );
  const text = `/**
 * What the proxy's dialects do with the fields of an upstream's answer: whether they read it, whether they write it, and to clients of which
 * other dialects it makes a difference. Measured, not written: \`vitest -u\` of conformance/suite/drift/touched-fields.test.ts writes it anew.
 */
export const touchedFields: Readonly<Record<string, Readonly<Record<string, string>>>> = ${JSON.stringify(fields)};
`;
  await expect(await format(text, { ...(await resolveConfig(file)), parser: 'typescript' })).toMatchFileSnapshot(file);
});

it('surfaces are read by the dialects of the providers that speak them', () => {
  const providers = { antigravity, codex, iflow };
  expect(Object.entries(providers).map(([surface, { dialect }]) => [surface, dialect])).toEqual(
    Object.keys(providers).map((surface) => [surface, dialectOf[surface as keyof typeof providers]]),
  );
});
