/** The sample with the same attack in every text that a target, a vendor, a configuration or a database could have put there. */
import { memoryHistory, type MemoryContent } from './memory-history.ts';
import type { Sample } from './sample-canary.ts';

/** Breaks out of attributes, tags, titles, styles and scripts; asks another host; turns the reading direction; rings the bell. */
export const attack =
  `"'><img src=x onerror=alert(1)></title></style></script><script>alert(2)</script><svg onload=alert(3)>` +
  `<a href="javascript:alert(4)">x</a><link rel=stylesheet href=//192.0.2.1/a.css><iframe src=http://192.0.2.1/></iframe>` +
  `<meta http-equiv=refresh content="0;url=http://192.0.2.1/">' onfocus=alert(5) autofocus x='\u202egnp.exe\u0007\u001b[31m\u2028`;

const textFields = new Set([
  'target',
  'location',
  'scenario',
  'note',
  'reason',
  'title',
  'because',
  'expected',
  'actual',
  'evidence',
  'curl',
  'symptom',
  'cause',
  'check',
  'remediation',
  'destination',
  'lastError',
  'owner',
  'expires',
  'rule',
  'name',
  'region',
  'team',
  'stage',
]);
const listFields = new Set(['trace', 'locations', 'scenarios']);

const attacked = (text: string): string => `${text}${attack}`;

const inField = (key: string, value: unknown): unknown => {
  if (typeof value === 'string') return textFields.has(key) ? attacked(value) : value;
  if (Array.isArray(value)) return value.map((one) => (typeof one === 'string' && listFields.has(key) ? attacked(one) : inField(key, one)));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, inField(name, one)]));
};

const deep = <Value>(value: Value): Value => inField('', value) as Value;

export const hostileSample = (sample: Sample): Sample => {
  const { spent, facts: _none, ...lists } = sample.content;
  const content: MemoryContent = { ...deep(lists), spent, facts: new Map([['paused', attack]]) };
  const scenarios = [...sample.watched.scenarios.values()].map((one) => ({ ...deep(one), id: attacked(one.id) }));
  const watched = {
    title: attacked(sample.watched.title),
    targets: sample.watched.targets.map(deep),
    scenarios: new Map(scenarios.map((one) => [one.id, one])),
  };
  return { ...sample, watched, content, history: memoryHistory(content) };
};
