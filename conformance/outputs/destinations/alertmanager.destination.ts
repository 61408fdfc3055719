import { z } from 'zod';

import type { AlertEvent } from '../../history/records.ts';
import { evidenceLine, faultLine, headline, iso, oneLine, placeLine } from './alert-words.ts';
import { defineDestination } from './destination.ts';
import { commonSettings, httpUrl, secretKeys } from './settings.ts';

const dayMs = 86_400_000;

/** What makes an alert the same one: nothing that changes while it is open may stand here. */
const labelsOf = ({ incident }: AlertEvent): Readonly<Record<string, string>> => ({
  alertname: 'WireproofIncident',
  target: incident.target,
  scenario: incident.scenario,
  rule: incident.rule,
  row: String(incident.row),
  severity: incident.severity,
});

const annotationsOf = ({ incident }: AlertEvent): Readonly<Record<string, string>> => {
  const { diagnosis } = incident;
  const all: Readonly<Record<string, string | undefined>> = {
    summary: headline(incident, 500),
    description: placeLine(incident),
    evidence: evidenceLine(incident.lastEvidence, 1000),
    fault: faultLine(incident, 1000),
    cause: diagnosis && oneLine(diagnosis.cause, 1000),
    remediation: diagnosis && oneLine(diagnosis.remediation, 1000),
    incident: incident.id,
  };
  return Object.fromEntries(Object.entries(all).flatMap(([key, value]) => (value === undefined ? [] : [[key, value] as const])));
};

/** API v2 of Prometheus Alertmanager. Labels are the key; an end in the future keeps what is sent once from ending by itself. */
export default defineDestination({
  kind: 'alertmanager',
  about: 'Alerts of the API v2 of Prometheus Alertmanager, which groups, routes and silences them.',
  settings: z.strictObject({
    /** Without `/api/v2/alerts`. */
    url: httpUrl,
    ...secretKeys('token'),
    /** Days after which an open incident that nobody resolved ends in Alertmanager. */
    'ends-after-days': z.number().min(1, '1 to 365 days').max(365, '1 to 365 days').default(30),
    ...commonSettings,
  }),
  secrets: ['token'],
  needs: () => [],
  bodyOf: (event, { settings, secrets, page }) => {
    const { openedAt, closedAt } = event.incident;
    const end = event.kind === 'resolved' ? Math.max(closedAt ?? event.at, openedAt + 1) : openedAt + settings['ends-after-days'] * dayMs;
    const alert = {
      labels: labelsOf(event),
      annotations: annotationsOf(event),
      startsAt: iso(openedAt),
      endsAt: iso(end),
      ...(page !== undefined && { generatorURL: page }),
    };
    const { token } = secrets;
    return {
      url: `${settings.url.replace(/\/+$/, '')}/api/v2/alerts`,
      headers: { 'content-type': 'application/json', ...(token !== undefined && { authorization: `Bearer ${token}` }) },
      body: JSON.stringify([alert]),
    };
  },
});
