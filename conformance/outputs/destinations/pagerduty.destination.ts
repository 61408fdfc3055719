import { z } from 'zod';

import { rowName } from '#scenarios/kit/page-row';

import type { AlertEvent, Incident } from '../../history/records.ts';
import { evidenceLine, faultLine, headline, iso, oneLine, placeLine } from './alert-words.ts';
import { defineDestination } from './destination.ts';
import { commonSettings, httpUrl, secretKeys } from './settings.ts';

const detailsOf = (incident: Incident): Readonly<Record<string, string>> => {
  const { diagnosis, locations, results } = incident;
  const all: Readonly<Record<string, string | undefined>> = {
    seen: placeLine(incident),
    locations: oneLine(locations.join(', '), 500),
    evidence: evidenceLine(incident.lastEvidence, 1000),
    fault: faultLine(incident, 1000),
    symptom: diagnosis && oneLine(diagnosis.symptom, 1000),
    cause: diagnosis && oneLine(diagnosis.cause, 1000),
    check: diagnosis && oneLine(diagnosis.check, 1000),
    remediation: diagnosis && oneLine(diagnosis.remediation, 1000),
    results: String(results),
  };
  return Object.fromEntries(Object.entries(all).flatMap(([key, value]) => (value === undefined ? [] : [[key, value] as const])));
};

const payloadOf = ({ incident }: AlertEvent) => ({
  // 1024 characters at most; the longest names that a configuration may have fit.
  summary: headline(incident, 1000),
  source: oneLine(incident.target, 200),
  severity: incident.severity,
  timestamp: iso(incident.openedAt),
  component: oneLine(incident.scenario === '*' ? incident.target : incident.scenario, 200),
  group: oneLine(incident.target, 200),
  class: `${incident.rule} (${rowName(incident.row)})`,
  custom_details: detailsOf(incident),
});

/** Events API v2: the incident's id is the key by which PagerDuty knows what belongs together and what came twice. */
export default defineDestination({
  kind: 'pagerduty',
  about: 'Events API v2 of PagerDuty: triggers an alert, and resolves it.',
  settings: z.strictObject({
    ...secretKeys('routing-key'),
    /** Of the region of the account; `https://events.eu.pagerduty.com/v2/enqueue` in Europe. */
    url: httpUrl.default('https://events.pagerduty.com/v2/enqueue'),
    ...commonSettings,
  }),
  secrets: ['routing-key'],
  needs: () => ['routing-key'],
  bodyOf: (event, { settings, secrets, page }) => {
    const body = {
      routing_key: secrets['routing-key'] ?? '',
      event_action: event.kind === 'opened' ? 'trigger' : 'resolve',
      dedup_key: event.incident.id,
      ...(event.kind === 'opened' && { payload: payloadOf(event), client: 'wireproof' }),
      ...(event.kind === 'opened' && page !== undefined && { client_url: page, links: [{ href: page, text: 'Open the incident' }] }),
    };
    return { url: settings.url, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
  },
});
