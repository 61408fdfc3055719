import { parseJson } from '#fixtures/parse-json';

import { valueChangeKinds } from '../change.ts';
import { countsOf, type DriftReport, inOrderOfSeverity, type ReportedChange, type SdkVerdict } from '../drift-report.ts';
import type { TypeSurface } from '../sdk/type-surface.ts';
import { type SdkPlace, sdkPlace } from './sdk-place.ts';
import { rootsFor } from './surface-roots.ts';

/** The vendor's types × what was recorded × what is answered now: who moved (issue 9). */

type Fit = SdkVerdict['before'];

const none = Symbol('nothing is there');

/** As much of a value as its bounded text still says: of what was cut off, which kind it is. */
const valueOf = (text: string | undefined): unknown => {
  if (text === undefined) return none;
  const json = parseJson(text);
  if ('value' in json) return json.value;
  if (text.startsWith('{')) return {};
  return text.startsWith('[') ? [] : text;
};

const fitOf = (place: SdkPlace | undefined, value: unknown): Fit => {
  if (place === undefined) return 'unknown';
  return (value === none ? place.mayBeMissing : place.takes(value)) ? 'fits' : 'does not fit';
};

const whoMoved = (before: Fit, after: Fit): SdkVerdict['who'] => {
  if (before === 'unknown' || after === 'unknown') return 'SDK says nothing';
  if (before === after) return before === 'fits' ? 'SDK allows both' : 'SDK allows neither';
  return after === 'fits' ? 'upstream caught up with the SDK' : 'upstream moved away from the SDK';
};

const ofValues: ReadonlySet<ReportedChange['kind']> = new Set(valueChangeKinds);

const placeOf = ({ kind, surface, path }: ReportedChange, types: TypeSurface): SdkPlace | undefined => {
  if (!ofValues.has(kind)) return undefined;
  const roots = rootsFor(types.package, surface, path);
  if (roots === undefined) return undefined;
  return roots.names.map((root) => sdkPlace(types, root, roots.path)).find((place) => place !== undefined);
};

const verdictOn = (change: ReportedChange, types: TypeSurface): SdkVerdict => {
  const place = placeOf(change, types);
  const [before, after] = [fitOf(place, valueOf(change.before)), fitOf(place, valueOf(change.after))];
  return { package: types.package, version: types.version, before, after, who: whoMoved(before, after) };
};

/** Types leave room for fields that they do not name, and whether clients have to expect new events is the grammar's word. */
const isRoom = ({ kind }: ReportedChange): boolean => kind === 'field-added' || kind === 'event-added';

const judged = (change: ReportedChange, types: TypeSurface): ReportedChange => {
  if (rootsFor(types.package, change.surface, change.path) === undefined) return change;
  const sdk = verdictOn(change, types);
  const breaks = sdk.who === 'upstream moved away from the SDK' && !isRoom(change);
  return { ...change, sdk, severity: breaks ? 'breaking' : change.severity };
};

/** The report with a word of the SDK on every change of its upstreams. What its types no longer allow is breaking. */
export const threeWay = (report: DriftReport, types: TypeSurface): DriftReport => {
  const changes = inOrderOfSeverity(report.changes.map((change) => judged(change, types)));
  return {
    ...report,
    changes: [...changes],
    counts: countsOf(changes),
    sdk: { package: types.package, version: types.version },
  };
};
