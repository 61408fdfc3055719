import { existsSync, mkdirSync, mkdtempSync, readdirSync, realpathSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { formerNote, formerOf, refuseCutOff, takePlace } from './replaced-directory.ts';

let folder: string;
let place: string;
let fresh: string;
let former: string;
const make = (directory: string, name: string): void => {
  mkdirSync(directory);
  writeFileSync(join(directory, name), '');
};
beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'replaced-')));
  place = join(folder, 'it');
  fresh = join(folder, 'fresh');
  former = formerOf(place, 'aB3');
});
afterEach(() => rmSync(folder, { recursive: true }));

const all = (): readonly string[] => readdirSync(folder, { recursive: true }).map(String).sort();
const thrown = (act: () => void): unknown => {
  try {
    act();
    return undefined;
  } catch (error) {
    return error;
  }
};

describe('takePlace', () => {
  it('leaves what was there at the former place', () => {
    make(place, 'a');
    make(fresh, 'b');
    takePlace(fresh, place, former);
    expect(all()).toEqual(['.it.aB3.old', '.it.aB3.old/a', 'it', 'it/b']);
  });

  it('takes an empty place, too', () => {
    make(fresh, 'b');
    takePlace(fresh, place, former);
    expect(all()).toEqual(['it', 'it/b']);
  });

  it('puts back what was there when nothing can take its place', () => {
    make(place, 'a');
    expect(thrown(() => takePlace(fresh, place, former))).toMatchObject({ code: 'ENOENT' });
    expect(all()).toEqual(['it', 'it/a']);
  });
});

describe('a directory whose replacing was cut off', () => {
  const killed = (): void => {
    make(place, 'a');
    renameSync(place, former);
  };

  it('is said to be gone, with the place of what it was, and how to take it back', () => {
    killed();
    const takeBack = `to take it back: mv ${former} ${place}`;
    const actual = `nothing; what it was is ${former}`;
    expect(thrown(() => refuseCutOff(place))).toMatchObject({
      code: 'fixture-invalid',
      exitCode: 2,
      problems: [{ where: place, expected: 'a directory', actual, hint: takeBack }],
    });
    expect(formerNote(place)).toBe(`${place} is gone, since somebody was stopped in replacing it; what it was is ${former}; ${takeBack}`);
  });

  it('is found behind a link that leads nowhere now', () => {
    killed();
    const link = join(folder, 'link');
    symlinkSync('it', link);
    expect(thrown(() => refuseCutOff(link))).toMatchObject({ problems: [{ where: place }] });
  });

  it('is told of when it is there again, until the former one is removed', () => {
    killed();
    make(place, 'b');
    expect([formerNote(place), thrown(() => refuseCutOff(place))]).toEqual([
      `${former} is what ${place} was before, left by somebody who was stopped; to remove it: rm -r ${former}`,
      undefined,
    ]);
    rmSync(former, { recursive: true });
    expect(formerNote(place)).toBeUndefined();
  });

  it('is none where others have such names, or there is nothing at all', () => {
    for (const name of ['.it.old', '.it.a.b.old', '.it.aB3.new', '.other.aB3.old', 'it.aB3.old']) mkdirSync(join(folder, name));
    writeFileSync(former, '');
    for (const one of [place, join(folder, 'none/it')])
      expect([existsSync(one), formerNote(one), thrown(() => refuseCutOff(one))]).toEqual([false, undefined, undefined]);
  });
});
