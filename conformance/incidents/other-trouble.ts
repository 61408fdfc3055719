import { rowName } from '#scenarios/kit/page-row';

import type { Finding } from './rule.ts';

/** Ids of checks that a title names; the others stand in the evidence. */
const mostNamed = 3;

const checksOf = ({ result }: Finding): string => {
  const ids = (result?.evidence?.checks ?? []).filter(({ level }) => level === 'must').map(({ id }) => id);
  const more = ids.length > mostNamed ? `, and ${ids.length - mostNamed} more` : '';
  return ids.length === 0 ? '' : ` (${ids.slice(0, mostNamed).join(', ')}${more})`;
};

/**
 * A failure that is not what its row describes: the engine names the row of a result only where nothing else went wrong. A wrong key, say,
 * fails nearly every scenario; "the proxy serves whoever asks" would then be the opposite of what happens. Such a finding says what is known
 * in place of the row's title and diagnosis; one without a failure of this round stays as it is.
 */
export const otherTrouble = (finding: Finding): Finding => {
  const { result, row, scenario } = finding;
  if (result === undefined || result.diagnosis !== undefined) return finding;
  return {
    ...finding,
    title: `Fails otherwise than ${rowName(row)} describes${checksOf(finding)}`,
    diagnosis: {
      row,
      symptom: `${scenario} fails, and in another way than ${rowName(row)} describes.`,
      cause:
        'Another trouble stands before it, often one that fails several scenarios at once: a refused key, a model that is gone, an upstream that is down.',
      check:
        'Read what was expected and what came, and look at the other incidents of this target: one that names its row is nearer to the cause. `wireproof triage URL` asks in the order of the page.',
      remediation: 'Mend what the evidence shows first. This incident closes when its checks hold again.',
    },
  };
};
