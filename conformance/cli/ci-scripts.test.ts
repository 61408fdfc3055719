import { spawnSync } from 'node:child_process';
import { chmodSync, copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parse } from 'yaml';

const examples = fileURLToPath(new URL('../../examples/ci/', import.meta.url));

const change = (id: string, severity: string, path = `body.${id}`) => ({ id, severity, kind: 'field-removed', path, what: 'gone' });
const hostile = 'body.\u001b[2J\n```\n"$(touch /tmp/owned)';
const report = (...changes: readonly object[]): string => JSON.stringify({ schema: 'wireproof.drift/v1', changes });

let folder: string;
const at = (name: string): string => join(folder, name);
const put = (name: string, text: string): void => {
  mkdirSync(dirname(at(name)), { recursive: true });
  writeFileSync(at(name), text);
};
const program = (name: string, text: string): void => {
  put(`bin/${name}`, `#!/bin/sh\n${text}`);
  chmodSync(at(`bin/${name}`), 0o755);
};
const linesOf = (name: string): readonly string[] => (existsSync(at(name)) ? readFileSync(at(name), 'utf8').split('\n').slice(0, -1) : []);

/** Runs it as a CI system does, in the clone, with stand-ins for what would leave this machine. */
const shell = (script: string, env: Readonly<Record<string, string>> = {}) => {
  const { status, stdout, stderr } = spawnSync('bash', ['-e', '-o', 'pipefail', '-c', script], {
    cwd: at('clone'),
    encoding: 'utf8',
    env: {
      PATH: [at('bin'), process.env['PATH'] ?? ''].join(delimiter),
      HOME: folder,
      FOLDER: folder,
      LC_ALL: 'C',
      GIT_CONFIG_NOSYSTEM: '1',
      GITHUB_OUTPUT: at('github-output'),
      ...env,
    },
  });
  return { status, said: stdout + stderr };
};

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ci-scripts-'));
  mkdirSync(at('clone'));
  // The registry and the tool: what drift says is in a file, and how it ends in another.
  program('npm', 'echo 9.9.9\n');
  program(
    'npx',
    'echo "$*" >> "$FOLDER/npx.log"\n[ -s "$FOLDER/report.json" ] && cp "$FOLDER/report.json" drift.json\nexit "$(cat "$FOLDER/exit")"\n',
  );
  // GitHub: a list of pull requests.
  program(
    'gh',
    `case "$2" in
list) grep -c "^$6 " "$FOLDER/pulls" || true ;;
create) body=$(cat); printf '%s %s\\n' "$4" "$6" >> "$FOLDER/pulls"; printf '%s\\n' "$body" > "$FOLDER/body" ;;
esac
`,
  );
  put('pulls', '');
  put('exit', '1');
  put('clone/readme', 'one\n');
  for (const place of ['.github', 'ci']) {
    mkdirSync(at(`clone/${place}`));
    copyFileSync(join(examples, 'propose-changes.sh'), at(`clone/${place}/propose-changes.sh`));
  }
  const made = shell(`git init --quiet --bare --initial-branch=main "$FOLDER/remote.git"
    git init --quiet --initial-branch=main .
    git config user.name me; git config user.email me@example.com
    git add . ; git commit --quiet -m one
    git remote add origin "$FOLDER/remote.git"; git push --quiet origin main
    jq --version > /dev/null`);
  if (made.status !== 0) throw new Error(`these tests need bash, git and jq: ${made.said}`);
});
afterEach(() => rmSync(folder, { recursive: true }));

const branches = (): readonly string[] => {
  const { stdout } = spawnSync('git', ['--git-dir', at('remote.git'), 'for-each-ref', '--format=%(refname:short)'], { encoding: 'utf8' });
  return stdout.split('\n').filter((name) => name !== '' && name !== 'main');
};

interface Step {
  readonly run?: string;
}
interface GitHubFile {
  readonly jobs: Readonly<Record<string, { readonly steps: readonly Step[] }>>;
}
interface GitLabJob {
  readonly before_script?: readonly string[];
  readonly script: readonly string[];
}

const read = (file: string): unknown => parse(readFileSync(join(examples, file), 'utf8'));

/** Each step in a shell of its own, until one fails; variables as the file has them, with what a matrix would put in. */
const runGitHub = (job: string, env: Readonly<Record<string, string>>) => {
  const { jobs } = read('github-actions.yaml') as GitHubFile;
  const results: (number | null)[] = [];
  for (const { run } of jobs[job]?.steps ?? []) {
    if (run === undefined) continue;
    const code = /^code=(\d+)$/m.exec(linesOf('github-output').join('\n'))?.[1] ?? '';
    results.push(shell(run, { ...env, CODE: code }).status);
    if (results.at(-1) !== 0) break;
  }
  return results;
};

const runGitLab = (job: string, env: Readonly<Record<string, string>>): number | null => {
  const file = read('gitlab-ci.yaml') as Readonly<Record<string, GitLabJob>>;
  const before = (file['.upstream-changes']?.before_script ?? []).filter((line) => !line.startsWith('apt-get'));
  return shell([...before, ...(file[job]?.script ?? [])].join('\n'), {
    ...env,
    WIREPROOF_PUSH_URL: at('remote.git'),
    CI_DEFAULT_BRANCH: 'main',
  }).status;
};

const upstream = { UPSTREAM: 'https://api.example.com', KEY_ENV: 'KEY', RECORDINGS: 'recordings' };

describe('the scheduled job of GitHub', () => {
  it('opens one pull request for each change, and none for what was told before', () => {
    put('report.json', report(change('aaaaaaaaaaaa', 'breaking'), change('bbbbbbbbbbbb', 'additive'), change('cccccccccccc', 'cosmetic')));
    expect(runGitHub('upstreams', upstream)).toEqual([0, 0, 0]);
    const pulls = [
      'upstream-change/aaaaaaaaaaaa https://api.example.com: breaking, field-removed at body.aaaaaaaaaaaa',
      'upstream-change/bbbbbbbbbbbb https://api.example.com: additive, field-removed at body.bbbbbbbbbbbb',
    ];
    expect([linesOf('pulls'), branches()]).toEqual([pulls, ['upstream-change/aaaaaaaaaaaa', 'upstream-change/bbbbbbbbbbbb']]);
    expect(runGitHub('upstreams', upstream)).toEqual([0, 0, 0]);
    expect(linesOf('pulls')).toEqual(pulls);
    expect(linesOf('npx.log').at(-1)).toBe(
      'wireproof drift --baseline recordings --upstream https://api.example.com --key-env KEY --format console --format json=drift.json',
    );
  });

  it('does not open again what was closed and whose branch is gone, or what was merged', () => {
    put('report.json', report(change('aaaaaaaaaaaa', 'breaking'), change('bbbbbbbbbbbb', 'breaking'), change('cccccccccccc', 'breaking')));
    put('pulls', 'upstream-change/aaaaaaaaaaaa closed\n');
    put('clone/upstream-changes/bbbbbbbbbbbb.json', '{}');
    shell('git add . ; git commit --quiet -m merged');
    runGitHub('upstreams', upstream);
    expect(branches()).toEqual(['upstream-change/cccccccccccc']);
  });

  it('proposes what was found, and fails at the end, when not everything could be compared', () => {
    put('report.json', report(change('aaaaaaaaaaaa', 'additive')));
    put('exit', '3');
    expect([runGitHub('upstreams', upstream), branches()]).toEqual([[0, 0, 1], ['upstream-change/aaaaaaaaaaaa']]);
  });

  it('fails at once without a report', () => {
    put('exit', '2');
    expect([runGitHub('upstreams', upstream), branches()]).toEqual([[1], []]);
  });

  it('fails, and opens nothing, when nobody can tell what was proposed', () => {
    put('report.json', report(change('aaaaaaaaaaaa', 'breaking')));
    program('gh', 'exit 4\n');
    expect([runGitHub('upstreams', upstream), branches()]).toEqual([[0, 1], []]);
    rmSync(at('remote.git'), { recursive: true });
    expect(runGitHub('upstreams', upstream)).toEqual([0, 128]);
  });

  it('lets nothing of what an upstream says into a title or out of its fence', () => {
    put('report.json', report(change('aaaaaaaaaaaa', 'breaking', hostile)));
    expect(runGitHub('upstreams', upstream)).toEqual([0, 0, 0]);
    expect(linesOf('pulls')).toEqual([
      'upstream-change/aaaaaaaaaaaa https://api.example.com: breaking, field-removed at body.[2J```"$(touch /tmp/owned)',
    ]);
    const body = linesOf('body');
    expect([body[0], body.at(-1), body.filter((line) => line.startsWith('```')).length]).toEqual(['```json', '```', 2]);
  });

  it('opens a few a day, and goes on the next', () => {
    put('report.json', report(...['aaaaaaaaaaaa', 'bbbbbbbbbbbb', 'cccccccccccc'].map((id) => change(id, 'breaking'))));
    const seen = [1, 2].map(() => {
      runGitHub('upstreams', { ...upstream, MOST: '2' });
      return branches().length;
    });
    expect(seen).toEqual([2, 3]);
  });

  it('of an SDK opens those for what breaks', () => {
    put('report.json', report(change('aaaaaaaaaaaa', 'breaking'), change('bbbbbbbbbbbb', 'additive')));
    expect(runGitHub('sdk', { PACKAGE: 'openai', CHECKED: '1.0.0' })).toEqual([0, 0]);
    expect([branches(), linesOf('npx.log')]).toEqual([
      ['upstream-change/aaaaaaaaaaaa'],
      ['wireproof drift --sdk openai@1.0.0..9.9.9 --format json=drift.json'],
    ]);
  });
});

describe('the scheduled job of GitLab', () => {
  beforeEach(() => {
    spawnSync('git', ['--git-dir', at('remote.git'), 'config', 'receive.advertisePushOptions', 'true']);
    put(
      'remote.git/hooks/post-receive',
      `#!/bin/sh\nread old new ref\necho "$ref $GIT_PUSH_OPTION_0 $GIT_PUSH_OPTION_1" >> '${at('pushes')}'\n`,
    );
    chmodSync(at('remote.git/hooks/post-receive'), 0o755);
  });

  it('asks for one merge request for each change, once', () => {
    put('report.json', report(change('aaaaaaaaaaaa', 'breaking'), change('bbbbbbbbbbbb', 'additive')));
    expect([runGitLab('upstreams', upstream), runGitLab('upstreams', upstream)]).toEqual([0, 0]);
    expect(linesOf('pushes')).toEqual(
      ['aaaaaaaaaaaa', 'bbbbbbbbbbbb'].map((id) => `refs/heads/upstream-change/${id} merge_request.create merge_request.target=main`),
    );
  });

  it('of an SDK asks for those for what breaks, and fails when it cannot be compared', () => {
    put('report.json', report(change('aaaaaaaaaaaa', 'breaking'), change('bbbbbbbbbbbb', 'additive')));
    expect(runGitLab('sdks', { PACKAGE: 'openai', CHECKED: '1.0.0' })).toBe(0);
    expect(branches()).toEqual(['upstream-change/aaaaaaaaaaaa']);
    put('exit', '3');
    expect(runGitLab('sdks', { PACKAGE: 'openai', CHECKED: '1.0.0' })).toBe(1);
  });
});
