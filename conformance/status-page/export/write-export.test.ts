import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { hostileSample } from '../testing/hostile-sample.ts';
import { sampleCanary } from '../testing/sample-canary.ts';
import { writeExport } from './write-export.ts';

const sample = sampleCanary();

describe('writeExport', () => {
  let base: string;
  let folder: string;

  beforeEach(async () => {
    base = await mkdtemp(join(tmpdir(), 'wireproof-export-'));
    folder = join(base, 'pages');
  });
  afterEach(async () => rm(base, { recursive: true, force: true }));

  const filesIn = async (): Promise<readonly string[]> =>
    (await readdir(folder, { recursive: true, withFileTypes: true }))
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name));

  it('writes pages whose links all lead to files, and that need nothing else', async () => {
    const { files } = await writeExport(sample, folder);
    const all = await filesIn();
    const pages = all.filter((file) => file.endsWith('.html'));
    expect(files).toBe(pages.length);
    const missing: string[] = [];
    for (const page of pages) {
      const text = await readFile(page, 'utf8');
      expect(text).not.toMatch(/<(?:script|link|img|iframe|form)\b/);
      for (const [, href = ''] of text.matchAll(/href="([^"#]+)/g))
        if (!all.includes(join(dirname(page), href))) missing.push(`${page}: ${href}`);
    }
    expect(missing).toEqual([]);
    expect(
      pages
        .map((page) => page.slice(folder.length + 1))
        .filter((page) => !page.includes('/'))
        .sort(),
    ).toEqual(['incidents.html', 'index.html', 'rows.html']);
    expect(await readdir(join(folder, 'targets'))).toEqual(['gateway-eu.html', 'gateway-us.html', 'staging.html']);
  });

  it('replaces what it wrote before, as a whole', async () => {
    await writeExport(sample, folder);
    await writeFile(join(folder, 'targets', 'former.html'), 'old');
    const before = await readFile(join(folder, 'index.html'), 'utf8');
    await writeExport({ ...sample, now: sample.now + 60_000 }, folder);
    expect(await readFile(join(folder, 'index.html'), 'utf8')).not.toBe(before);
    expect(await readdir(join(folder, 'targets'))).not.toContain('former.html');
    expect(await readdir(base)).toEqual(['pages']);
  });

  it('refuses a folder with files of somebody else, and touches nothing', async () => {
    await mkdir(folder);
    await writeFile(join(folder, 'thesis.txt'), 'mine');
    await expect(writeExport(sample, folder)).rejects.toMatchObject({
      code: 'report-unwritable',
      problems: [
        { where: folder, expected: 'an empty folder, or one that was written by this command', actual: 'a folder with thesis.txt in it' },
      ],
    });
    expect(await readdir(base, { recursive: true })).toEqual(['pages', 'pages/thesis.txt']);
  });

  it('takes an empty folder', async () => {
    await mkdir(folder);
    await writeExport(sample, folder);
    expect(await readdir(folder)).toContain('index.html');
  });

  it('leaves nothing behind when a page cannot be made', async () => {
    const history = { ...sample.history, series: async () => Promise.reject(new Error('gone')) };
    await expect(writeExport({ ...sample, history }, folder)).rejects.toThrow('gone');
    expect(await readdir(base)).toEqual([]);
  });

  it('says why a place cannot be written', async () => {
    await writeFile(join(base, 'file'), '');
    await expect(writeExport(sample, join(base, 'file', 'pages'))).rejects.toMatchObject({ code: 'report-unwritable' });
  });

  it('makes file names of any names, all below its folder', async () => {
    const names = ['../../etc/passwd', '..', 'A', 'a', '.', 'con\u0000', 'x'.repeat(5_000), 'x'.repeat(5_001)];
    const [first] = sample.watched.targets;
    const targets = names.map((name) => ({ name, labels: {}, scenarios: [], budget: first?.budget ?? { hour: {}, day: {} } }));
    await writeExport({ ...sample, watched: { ...sample.watched, targets } }, folder);
    expect(await readdir(base)).toEqual(['pages']);
    expect(await readdir(join(folder, 'targets'))).toHaveLength(names.length);
  });

  it('runs nothing of what a target said: the policy of each page allows its own style alone', async () => {
    await writeExport(hostileSample(sample), folder);
    const text = await readFile(join(folder, 'index.html'), 'utf8');
    expect(/http-equiv="content-security-policy" content="([^"]*)"/.exec(text)?.[1]).toMatch(
      /^default-src 'none'; style-src 'sha256-[A-Za-z0-9+/]{43}='; base-uri 'none'; form-action 'none'$/,
    );
    expect(text).not.toContain('<img');
  });
});
