import { toolAbout } from '../../package-root.ts';
import { safeJson } from '../../reporters/printable.ts';
import type { RoundWritten } from '../output.ts';

/** One round for machines: `wireproof.round/v1`, fields are only ever added. What results are is said in conformance/history/records.ts. */
export const roundDocument = ({ target, round, results, decision, lagMs }: RoundWritten): string => {
  const { name, url, region, labels } = target;
  const document = {
    schema: 'wireproof.round/v1',
    tool: toolAbout(),
    target: { name, url, ...(region !== undefined && { region }), labels },
    round: { ...round, lagMs },
    results,
    incidents: decision.incidents.map(({ id, scenario, rule, severity, openedAt, closedAt }) => ({
      id,
      scenario,
      rule,
      severity,
      openedAt,
      ...(closedAt !== undefined && { closedAt }),
    })),
  };
  return `${safeJson(document, 2)}\n`;
};
