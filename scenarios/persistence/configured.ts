import { fileIn, looksAt, type FileResult } from '#scenarios/kit/actions/file';
import { restartIn, restarts } from '#scenarios/kit/actions/restart';
import {
  acting,
  allOf,
  cannotTell,
  deviates,
  holds,
  inShort,
  probe,
  type Action,
  type CallerSight,
  type FullSight,
  type Probe,
  type Reading,
} from '#scenarios/kit/index';

import { managementKey, shown } from '../management/operators.ts';

export { cells, managementKey } from '../management/operators.ts';

/** The configuration that lets the management key in. As its bcrypt hash, so that builds which write the hash at their start do not write. */
export const managed = { 'remote-management': { 'secret-key': '$2b$04$ZCPPjfkvRRdSBwDW5YVrD.zWMAQlcuf8fnrWEh2/QThYj7z7O7Bxi' } };

/** The three ways in which a configuration is written while the proxy runs or starts (sheet row 15 b), and where one looks for what came of it. */

export const configFile = 'config.yaml';

type After = Pick<Probe, 'after'>;

/** A write waits for the disk, and several hundred of them may wait at the same time. */
const timeoutMs = 60_000;

const asked = (method: Probe['method'], path: string, about: Partial<Probe>): Probe =>
  probe({ dialect: 'openai-chat', method, path, credential: shown(managementKey), timeoutMs, ...about });

/** A single value: `request-retry` becomes 2. */
export const changesValue = (about: After): Probe =>
  asked('PUT', '/v0/management/request-retry', { body: { json: { value: 2 } }, ...about });
/** An entry of a list: the Claude key gets a priority, and as many models as are asked for. */
export const changesEntry = (about: After, models = 0): Probe => {
  const more = Array.from({ length: models }, (_, index) => ({ name: `a-model-with-a-long-name-${index}` }));
  const value = { priority: 7, ...(models > 0 && { models: more }) };
  return asked('PATCH', '/v0/management/claude-api-key', { body: { json: { index: 0, value } }, ...about });
};
/** The whole file: what stands in it, and a line. `file` is the step that looked at it. */
export const changesFile = (file: string, lines: string, about: After): Probe =>
  asked('PUT', '/v0/management/config.yaml', {
    bodyFrom: (earlier) => {
      const text = earlier[file] === undefined ? undefined : fileIn(earlier[file])?.text;
      return text === undefined ? undefined : { text: `${text}${lines}` };
    },
    ...about,
  });
export const readsMemory = (about: After): Probe => asked('GET', '/v0/management/config', about);
export const readsDisk = (about: After): Probe => asked('GET', '/v0/management/config.yaml', about);
export const reloads = (about: After): Probe => asked('POST', '/v0/management/reload', about);
export const asksHealth = (about: After): Probe => probe({ dialect: 'openai-chat', method: 'GET', path: '/health', timeoutMs, ...about });
export const does = (action: Action, about: After = { after: [] }): Probe => acting(action, { dialect: 'openai-chat', ...about });
export const looks = (about: After): Probe => does(looksAt(configFile), about);
export const startsAnew = (about: After = { after: [] }): Probe => does(restarts, about);

type Tree = Readonly<Record<string, unknown>>;
const treeOf = (value: unknown): Tree => (typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Tree) : {});

/** What shows that one of the changes is there: in the configuration in force, and in the text of the file. */
export interface Mark {
  readonly inForce: (config: Tree) => boolean;
  readonly inFile: RegExp;
}

const firstOf = (list: unknown): Tree => treeOf(Array.isArray(list) ? (list as readonly unknown[])[0] : undefined);

export const valueMark: Mark = { inForce: (config) => config['request-retry'] === 2, inFile: /^request-retry: 2$/m };
export const entryMark: Mark = { inForce: (config) => firstOf(config['claude-api-key'])['priority'] === 7, inFile: /^ +priority: 7$/m };
export const fileLines = 'max-retry-interval: 9\n';
export const fileMark: Mark = { inForce: (config) => config['max-retry-interval'] === 9, inFile: /^max-retry-interval: 9$/m };

/** Judges the configuration that `GET config` shows. */
export const inForce = (sight: CallerSight, { inForce: has }: Mark, wanted = true): Reading => {
  if (sight.status !== 200 || !('remote-management' in treeOf(sight.json)))
    return cannotTell('prerequisite-failed', `the configuration in force cannot be read: ${inShort(sight)}`);
  const actual = has(treeOf(sight.json));
  return actual === wanted
    ? holds()
    : deviates({
        expected: `${wanted ? 'the change' : 'no change'} in the configuration in force`,
        actual: actual ? 'the change' : 'no change',
      });
};

/** Judges the text of the file. */
export const withFile = (sight: CallerSight, check: (text: string, file: FileResult) => Reading): Reading => {
  const file = fileIn(sight);
  if (file === undefined) return cannotTell('prerequisite-failed', 'nobody looked at the file');
  return file.text === undefined ? deviates({ expected: `a file ${configFile}`, actual: file.is }) : check(file.text, file);
};

export const inFile = (sight: CallerSight, { inFile: mark }: Mark, wanted = true): Reading =>
  withFile(sight, (text) =>
    mark.test(text) === wanted
      ? holds()
      : deviates({ expected: `${wanted ? 'the change' : 'no change'} in the file`, actual: wanted ? 'no change' : 'the change' }),
  );

interface Written {
  readonly outcome: 'kept' | 'told' | 'refused' | 'unsaid';
  readonly reason: string;
}

/** What the answer to a write says became of it. */
const written = ({ status, json }: CallerSight): Written => {
  const { persisted, reason, error, message } = treeOf(json);
  const said = [reason, error, message].filter((words) => typeof words === 'string').join(' ');
  if (status >= 400 && said !== '') return { outcome: 'refused', reason: said };
  if (status !== 200 || typeof persisted !== 'boolean') return { outcome: 'unsaid', reason: said };
  return { outcome: persisted ? 'kept' : 'told', reason: said };
};

/** Holds when the answer says that the change is kept. */
export const saidToBeKept = (sight: CallerSight): Reading =>
  written(sight).outcome === 'kept' ? holds() : deviates({ expected: '200 with persisted: true', actual: inShort(sight) });

/** Holds when the answer says that the change is in force and not kept. */
export const saidToBeUnkept = (sight: CallerSight): Reading =>
  written(sight).outcome === 'told' ? holds() : deviates({ expected: '200 with persisted: false and a reason', actual: inShort(sight) });

/** The change is in memory and in the file, or in neither, or the answer says that the file does not have it. */
export const agrees = (write: CallerSight, memory: CallerSight, file: CallerSight, mark: Mark): Reading => {
  const { outcome } = written(write);
  if (outcome === 'unsaid') return deviates({ expected: 'an answer that says whether the change is kept', actual: inShort(write) });
  const wanted = outcome !== 'refused';
  const reading = allOf(inForce(memory, mark, wanted), inFile(file, mark, outcome === 'kept'));
  return reading.kind === 'deviates' ? { ...reading, evidence: `the answer to the change was ${inShort(write)}` } : reading;
};

const cause = /read-only|directory|permission|not permit|immutable|no space|disk (is )?full|quota|EROFS|EACCES|EPERM|ENOSPC/i;

/** What is not kept is told with what is wrong with the disk. */
export const namesTheCause = (sight: CallerSight): Reading => {
  const { outcome, reason } = written(sight);
  if (outcome === 'kept') return deviates({ expected: 'an answer that says that the change is not kept', actual: inShort(sight) });
  return cause.test(reason) ? holds() : deviates({ expected: 'what is wrong with the disk', actual: inShort(sight) });
};

/** Holds when the proxy started again. */
export const cameUp = (sight: CallerSight): Reading => {
  const restart = restartIn(sight);
  if (restart === undefined) return cannotTell('prerequisite-failed', 'nobody started it again');
  return restart.started ? holds() : deviates({ expected: 'a proxy that starts', actual: restart.because });
};

const ofTheDisk = /cannot be written|read-only|not writable|no permission/i;

/** What the log of a start says about files that cannot be written. */
export const warnsOfDisk = (sight: FullSight, wanted = true): Reading => {
  if (sight.logs === undefined) return cannotTell('no-log');
  const lines = sight.logs.filter(({ level }) => level === 'warn' || level === 'error').map(({ message }) => message);
  const warned = lines.some((line) => ofTheDisk.test(line));
  if (warned !== wanted)
    return deviates({ expected: wanted ? 'a warning of what cannot be written' : 'no warning of the disk', actual: lines });
  return cameUp(sight);
};

/** `GET config`, or `/health`, says whether the file has what is in force. */
export const saysPersisted = ({ status, json }: CallerSight, wanted: boolean): Reading => {
  const tree = treeOf(json);
  const told = [treeOf(tree['wireproof'])['persisted'], treeOf(tree['config'])['persisted']].find((each) => each !== undefined);
  return told === wanted ? holds() : deviates({ expected: `persisted: ${String(wanted)}`, actual: told ?? `status ${status}` });
};

/** Nothing lies beside the file that was not there before. */
export const nothingLeftBeside = (before: CallerSight, after: CallerSight): Reading => {
  const names = fileIn(before)?.beside ?? [];
  const left = (fileIn(after)?.beside ?? []).filter((name) => !names.includes(name));
  return left.length === 0 ? holds() : deviates({ expected: 'no new files', actual: left });
};
