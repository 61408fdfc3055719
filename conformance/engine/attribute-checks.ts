import type { FullSight } from '#scenarios/kit/sight';

import { attributionOf } from './attribution.ts';
import { boundedText } from './bounded-json.ts';
import type { Comparison } from './differential.ts';
import type { PlannedArm } from './plan.ts';
import type { ExpectationRecord } from './records.ts';
import type { Redact } from './redact.ts';
import type { ArmWorld, StepOutcome } from './steps.ts';

type Outcomes = ReadonlyMap<string, StepOutcome>;

/** What was seen of these steps; those that were skipped are left out. */
export const sightsOf = (outcomes: Outcomes, steps: readonly string[]): readonly FullSight[] =>
  steps.flatMap((step) => {
    const outcome = outcomes.get(step);
    return outcome?.kind === 'seen' ? [outcome.sight] : [];
  });

const isNearby = (url: string): boolean => /^(?:localhost|127(?:\.\d+){3}|\[::1\])$/.test(new URL(url).hostname);

/** The records of an arm's expectations, in their order, each that went wrong with who is at fault: bounded, without credentials. */
export const attributed = (
  planned: PlannedArm,
  world: Pick<ArmWorld, 'target' | 'upstream'>,
  outcomes: Outcomes,
  about: { readonly records: readonly ExpectationRecord[]; readonly compared: Comparison; readonly redact: Redact },
): ExpectationRecord[] =>
  about.records.map((record, index) => {
    const attribution = attributionOf({
      record,
      sights: sightsOf(outcomes, planned.expectations[index]?.steps ?? []),
      script: world.upstream && planned.scenario.upstream(planned.cell),
      nearby: isNearby(world.target.url),
      direct: about.compared.findings.get(record.id),
    });
    if (attribution === undefined) return record;
    return { ...record, attribution: { ...attribution, because: boundedText(attribution.because, about.redact) } };
  });
