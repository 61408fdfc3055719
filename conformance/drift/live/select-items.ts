import type { SurfaceId } from '#fixtures/exchange';

import { matches } from '../../engine/select.ts';
import { type Problem, ToolError } from '../../errors.ts';
import { nearestHint } from '../../nearest.ts';
import type { BaselineItem } from './baseline-item.ts';

type Named = Pick<BaselineItem, 'group'>;

const unmatched = (globs: readonly string[], groups: readonly string[]): readonly Problem[] =>
  globs
    .filter((glob) => !groups.some((group) => matches(glob.replace(/^!/, ''), group)))
    .map((glob) => ({
      where: `--only ${glob}`,
      expected: 'the id of something in the baseline, or a glob that matches one',
      actual: 'no match',
      hint: nearestHint(glob.replace(/^!/, ''), groups),
    }));

/**
 * Which groups of a baseline are meant: those that match one of the globs, all without any; never what matches a glob behind `!`.
 * @throws ToolError `usage` with every glob that matches nothing
 */
export const onlyGroups = (items: readonly Named[], globs: readonly string[]): ((group: string) => boolean) => {
  const problems = unmatched(globs, [...new Set(items.map(({ group }) => group))]);
  if (problems.length > 0) throw new ToolError('usage', 'nothing matches what was asked for', { problems });
  const [without, within] = [true, false].map((negative) => globs.filter((glob) => glob.startsWith('!') === negative));
  return (group) =>
    (within?.length === 0 || within?.some((glob) => matches(glob, group)) === true) &&
    without?.some((glob) => matches(glob.slice(1), group)) !== true;
};

const vendors: Readonly<Record<SurfaceId, string>> = {
  'openai-chat': 'openai-*/*',
  'openai-responses': 'openai-*/*',
  'anthropic-messages': 'anthropic-messages/*',
  'gemini-generate': 'gemini-generate/*',
  antigravity: 'antigravity/*',
  codex: 'codex/*',
  iflow: 'iflow/*',
};

/** Exchanges do not say where they come from: one upstream cannot answer for several vendors, and must not see their keys. */
const checkVendors = (items: readonly BaselineItem[]): void => {
  if (!items.some(({ from }) => from === 'exchange')) return;
  const globs = [...new Set(items.flatMap(({ surface }) => (surface === undefined ? [] : [vendors[surface]])))].sort();
  if (globs.length <= 1) return;
  throw new ToolError('usage', 'the baseline has exchanges of several vendors, and there is one upstream', {
    hint: globs.map((glob) => `--only '${glob}'`).join(', or '),
  });
};

/**
 * What of a baseline is asked at this upstream: with recordings of several upstreams only its own, so that nobody else gets its key.
 * @throws ToolError `usage` where the baseline speaks of several upstreams and this is none of them
 */
export const itemsOf = (items: readonly BaselineItem[], upstream: string): readonly BaselineItem[] => {
  const upstreams = [...new Set(items.flatMap((item) => (item.upstream === undefined ? [] : [item.upstream.replace(/\/+$/, '')])))].sort();
  checkVendors(items);
  if (upstreams.length <= 1) return items;
  const own = items.filter((item) => item.upstream === undefined || item.upstream.replace(/\/+$/, '') === upstream);
  if (upstreams.includes(upstream)) return own;
  throw new ToolError('usage', 'the baseline was recorded from several upstreams', {
    problems: [{ where: '--upstream', expected: upstreams.join(' or '), actual: upstream, hint: 'or choose by --only what it is asked' }],
  });
};
