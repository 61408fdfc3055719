import { readFileSync } from 'node:fs';

import { describe, expect, it } from 'vitest';

import { caseIds } from './cases.ts';
import { differences } from './compare.ts';
import { findClients } from './find-clients.ts';
import { keptOfAll, strayFiles } from './kept.ts';
import { pageFile, pageText } from './page/page.ts';
import type { Recorded } from './record.ts';

const clients = await findClients();
const names = clients.map(({ id }) => id);
const kept = keptOfAll(names);

const about = (one: Recorded): string => `${one.client} ${one.case}`;

describe('what is kept', () => {
  it('is of clients and cases that there are, each at the version that is run', () => {
    expect(strayFiles(names)).toEqual([]);
    const spec = new Map(clients.map((client) => [client.id, `${client.package} ${client.version}`]));
    expect(kept.filter((one) => `${one.package} ${one.version}` !== spec.get(one.client)).map(about)).toEqual([]);
  });

  it('has every case of every client', () => {
    expect(kept.map(about)).toEqual(names.flatMap((name) => caseIds.map((id) => `${name} ${id}`)));
  });

  it('shows each client answering, streaming its answer whole and running its tool', () => {
    const fine = kept.filter(
      ({ outcome }) =>
        outcome.ended === 'exit 0' &&
        outcome.prints === 'the whole answer' &&
        outcome.tool?.ran !== false &&
        outcome.tool?.resultSent !== false,
    );
    const turns = names.flatMap((name) => ['plain', 'tool-call', 'streamed'].map((id) => `${name} ${id}`));
    expect(turns.filter((turn) => !fine.map(about).includes(turn))).toEqual([]);
  });

  it('has nothing of the machine it ran on', () => {
    const texts = kept.map((one) => [about(one), JSON.stringify(one)] as const);
    const tells = /\/tmp\/|\/root\/|wireproof-reference-client-key|127\.0\.0\.1:\d/;
    expect(texts.flatMap(([where, text]) => tells.exec(text)?.[0].concat(' in ', where) ?? [])).toEqual([]);
  });

  it('is what docs/clients.md shows: run `npm run clients`', () => {
    expect(readFileSync(pageFile, 'utf8')).toBe(pageText(clients, kept));
  });
});

describe('a run that is compared with what is kept', () => {
  const [one] = kept;
  if (one === undefined) throw new Error('nothing is kept');

  it('may take longer and print something else', () => {
    expect(differences(one, { ...one, seconds: 99, waits: [1], output: 'other', exchanges: [] })).toEqual([]);
  });

  it('may see less of what a client asks for beside the proxy where it has no namespace', () => {
    const ran = { ...one.ran, network: 'guard' } as const;
    const outcome = { ...one.outcome, namesAsked: ['api.example.test'], leftBehind: ['node'] };
    expect(differences(one, { ...one, ran, outcome })).toEqual([]);
    expect(differences(one, { ...one, outcome }).map(({ what }) => what)).toEqual(['namesAsked', 'leftBehind']);
  });

  it('differs by its version, its outcome and what is no longer in it', () => {
    const { leftBehind: _none, ...outcome } = one.outcome;
    const now = { ...one, version: '9.9.9', outcome: { ...outcome, tries: 7, streams: false } } as unknown as Recorded;
    expect(differences(one, now)).toEqual([
      { what: 'version', kept: JSON.stringify(one.version), now: '"9.9.9"' },
      { what: 'tries', kept: JSON.stringify(one.outcome.tries), now: '7' },
      { what: 'leftBehind', kept: '[]', now: 'nothing' },
      { what: 'streams', kept: 'nothing', now: 'false' },
    ]);
  });
});
