import { createHmac } from 'node:crypto';

import { describe, expect, it } from 'vitest';

import type { AlertEvent } from '../../history/records.ts';
import { hostileText, incident, openedEvent, resolvedEvent } from '../testing/told-incident.ts';
import { alertSchema } from './alert-document.ts';
import { loadDestinationKinds } from './destination.ts';
import { prepareDestination } from './prepare.ts';

const now = Date.UTC(2026, 10, 23, 1, 0, 7, 500);
/** The hostile text as one line: no escapes, no turning marks, no line ends, no half characters. */
const tamed = '<!channel> *bold* <https://evil.example|click> [31m txt "}], & `x` {{ .Labels }} \ufffd';
const tamedForSlack = tamed.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

const letterOf = async (kind: string, settings: Readonly<Record<string, unknown>>, event: AlertEvent) => {
  const env = { URL: 'https://hooks.example/T/B/x', KEY: 'routing-key-of-the-service', SECRET: 'signing-secret', TOKEN: 'bearer-token' };
  const { destination, problems } = await prepareDestination({ name: 'one', kind, settings }, { env, folder: '.' });
  expect(problems).toEqual([]);
  const letter = destination?.letterFor(event, { now, delivery: '0k3x-1:opened:one' });
  return {
    url: letter?.url,
    headers: letter?.headers ?? {},
    text: letter?.body ?? '',
    body: JSON.parse(letter?.body ?? 'null') as unknown,
  };
};

it('the kinds that there are', async () => {
  expect((await loadDestinationKinds()).map(({ kind }) => kind)).toEqual(['alertmanager', 'pagerduty', 'slack', 'webhook']);
});

describe('webhook', () => {
  const settings = { url: 'https://alerts.example/in', 'secret-env': 'SECRET', 'status-page': 'https://status.example/' };

  it('is told wireproof.alert/v1', async () => {
    const { url, body } = await letterOf('webhook', settings, openedEvent);
    expect(url).toBe('https://alerts.example/in');
    expect(alertSchema.parse(body)).toEqual({
      schema: 'wireproof.alert/v1',
      event: 'opened',
      delivery: '0k3x-1:opened:one',
      at: '2026-11-23T01:00:00.000Z',
      incident: {
        id: '0k3x-1',
        target: 'eu',
        scenario: 'availability/spark-needs-a-tier',
        row: 8,
        rule: 'spark-repeatedly-refused',
        severity: 'critical',
        title: 'gpt-5.3-codex-spark is refused again and again',
        openedAt: '2026-11-23T01:00:00.000Z',
        locations: ['fra', 'ams'],
        results: 2,
        diagnosis: { row: 8, symptom: 'a symptom', cause: 'a cause', check: 'a check', remediation: 'a remediation' },
        fault: { at: 'upstream', because: `asked directly: ${tamed}` },
        checks: [
          { id: 'a-refused-model-falls-back', level: 'must', expected: 'says "ok"', actual: `400 ${tamed}` },
          { id: 'another', level: 'should', actual: 'only evidence' },
        ],
        curl: "curl -s 'http://127.0.0.1:8317/v1/responses'",
      },
      page: 'https://status.example/incidents/0k3x-1',
    });
  });

  it('is signed over timestamp and body', async () => {
    const { headers, text } = await letterOf('webhook', settings, openedEvent);
    const timestamp = String(Date.UTC(2026, 10, 23, 1, 0, 7) / 1000);
    expect(headers).toEqual({
      'content-type': 'application/json',
      'wireproof-event': 'opened',
      'wireproof-delivery': '0k3x-1:opened:one',
      'wireproof-timestamp': timestamp,
      'wireproof-signature': `v1=${createHmac('sha256', 'signing-secret').update(`${timestamp}.${text}`).digest('hex')}`,
    });
  });

  it('is not signed without a secret, may have a secret address, and is told of the end', async () => {
    const { url, headers, body } = await letterOf('webhook', { 'url-env': 'URL' }, resolvedEvent);
    expect(url).toBe('https://hooks.example/T/B/x');
    expect(Object.keys(headers)).not.toContain('wireproof-signature');
    expect(body).toMatchObject({ event: 'resolved', at: '2026-11-23T02:00:00.000Z', incident: { closedAt: '2026-11-23T02:00:00.000Z' } });
    expect(body).not.toHaveProperty('page');
  });
});

describe('slack', () => {
  const section = (text: string) => ({ type: 'section', text: { type: 'plain_text', text, emoji: false } });
  const place = section('availability/spark-needs-a-tier, seen from fra, ams (rule spark-repeatedly-refused)');

  it('is told in plain text, in which nothing is a mention, a link or bold', async () => {
    const { url, headers, body } = await letterOf('slack', { 'url-env': 'URL', 'status-page': 'https://status.example/a|b' }, openedEvent);
    expect([url, headers]).toEqual(['https://hooks.example/T/B/x', { 'content-type': 'application/json' }]);
    expect(body).toEqual({
      text: 'Opened (critical): [eu] row 8: gpt-5.3-codex-spark is refused again and again',
      unfurl_links: false,
      unfurl_media: false,
      blocks: [
        section('Opened (critical): [eu] row 8: gpt-5.3-codex-spark is refused again and again'),
        place,
        section(`a-refused-model-falls-back: expected says "ok", got 400 ${tamedForSlack}`),
        section(`fault of the upstream: asked directly: ${tamedForSlack}`),
        section('Cause: a cause'),
        section('What to do: a remediation'),
        {
          type: 'context',
          elements: [{ type: 'mrkdwn', text: '<https://status.example/a%7Cb/incidents/0k3x-1|Open the incident>' }],
        },
      ],
    });
  });

  it('is told of the end in short', async () => {
    const { body } = await letterOf('slack', { 'url-env': 'URL' }, resolvedEvent);
    expect(body).toMatchObject({
      blocks: [section('Resolved: [eu] row 8: gpt-5.3-codex-spark is refused again and again'), place],
    });
  });
});

describe('pagerduty', () => {
  const settings = { 'routing-key-env': 'KEY', 'status-page': 'https://status.example' };

  it('triggers with the incident as key', async () => {
    const { url, body } = await letterOf('pagerduty', settings, openedEvent);
    expect(url).toBe('https://events.pagerduty.com/v2/enqueue');
    expect(body).toEqual({
      routing_key: 'routing-key-of-the-service',
      event_action: 'trigger',
      dedup_key: '0k3x-1',
      client: 'wireproof',
      client_url: 'https://status.example/incidents/0k3x-1',
      links: [{ href: 'https://status.example/incidents/0k3x-1', text: 'Open the incident' }],
      payload: {
        summary: '[eu] row 8: gpt-5.3-codex-spark is refused again and again',
        source: 'eu',
        severity: 'critical',
        timestamp: '2026-11-23T01:00:00.000Z',
        component: 'availability/spark-needs-a-tier',
        group: 'eu',
        class: 'spark-repeatedly-refused (row 8)',
        custom_details: {
          seen: 'availability/spark-needs-a-tier, seen from fra, ams (rule spark-repeatedly-refused)',
          locations: 'fra, ams',
          evidence: `a-refused-model-falls-back: expected says "ok", got 400 ${tamed}`,
          fault: `fault of the upstream: asked directly: ${tamed}`,
          symptom: 'a symptom',
          cause: 'a cause',
          check: 'a check',
          remediation: 'a remediation',
          results: '2',
        },
      },
    });
  });

  it('resolves with the same key', async () => {
    const { url, body } = await letterOf('pagerduty', { ...settings, url: 'https://events.eu.pagerduty.com/v2/enqueue' }, resolvedEvent);
    expect(url).toBe('https://events.eu.pagerduty.com/v2/enqueue');
    expect(body).toEqual({ routing_key: 'routing-key-of-the-service', event_action: 'resolve', dedup_key: '0k3x-1' });
  });
});

describe('alertmanager', () => {
  const settings = { url: 'http://127.0.0.1:9093/', 'token-env': 'TOKEN', 'ends-after-days': 2 };
  const labels = {
    alertname: 'WireproofIncident',
    target: 'eu',
    scenario: 'availability/spark-needs-a-tier',
    rule: 'spark-repeatedly-refused',
    row: '8',
    severity: 'critical',
  };
  const annotations = {
    summary: '[eu] row 8: gpt-5.3-codex-spark is refused again and again',
    description: 'availability/spark-needs-a-tier, seen from fra, ams (rule spark-repeatedly-refused)',
    evidence: `a-refused-model-falls-back: expected says "ok", got 400 ${tamed}`,
    fault: `fault of the upstream: asked directly: ${tamed}`,
    cause: 'a cause',
    remediation: 'a remediation',
    incident: '0k3x-1',
  };

  it('fires until it is resolved, or for days', async () => {
    const { url, headers, body } = await letterOf('alertmanager', settings, openedEvent);
    expect([url, headers]).toEqual([
      'http://127.0.0.1:9093/api/v2/alerts',
      { 'content-type': 'application/json', authorization: 'Bearer bearer-token' },
    ]);
    expect(body).toEqual([{ labels, annotations, startsAt: '2026-11-23T01:00:00.000Z', endsAt: '2026-11-25T01:00:00.000Z' }]);
  });

  it('ends with the same labels, after it began', async () => {
    const { body } = await letterOf('alertmanager', { ...settings, 'status-page': 'https://s.example' }, resolvedEvent);
    const end = { labels, annotations, startsAt: '2026-11-23T01:00:00.000Z', generatorURL: 'https://s.example/incidents/0k3x-1' };
    expect(body).toEqual([{ ...end, endsAt: '2026-11-23T02:00:00.000Z' }]);
    const atOnce = { ...resolvedEvent, incident: { ...incident, closedAt: incident.openedAt } };
    expect((await letterOf('alertmanager', settings, atOnce)).body).toMatchObject([{ endsAt: '2026-11-23T01:00:00.001Z' }]);
  });
});

it('slack refuses no text for its length, however many of its characters are entities', async () => {
  const diagnosis = {
    ...incident.diagnosis,
    row: 8 as const,
    symptom: '<',
    cause: '<&>'.repeat(400),
    check: '<',
    remediation: '&'.repeat(2_000),
  };
  const event = { ...openedEvent, incident: { ...incident, title: '>'.repeat(900), diagnosis } };
  const { body } = await letterOf('slack', { 'url-env': 'URL' }, event);
  const { blocks } = body as { readonly blocks: readonly { readonly text: { readonly text: string } }[] };
  const lengths = blocks.map(({ text: { text } }) => text.length);
  expect(lengths.filter((length) => length > 3_000)).toEqual([]);
  expect(lengths.filter((length) => length > 2_000)).toHaveLength(2);
});

describe.each(['webhook', 'slack', 'pagerduty', 'alertmanager'])('%s', (kind) => {
  const settings = {
    webhook: { 'url-env': 'URL' },
    slack: { 'url-env': 'URL' },
    pagerduty: { 'routing-key-env': 'KEY' },
    alertmanager: { url: 'http://a.example' },
  };

  it('stays small, whatever a target says', async () => {
    const long = hostileText.repeat(20_000);
    const check = { id: 'a-check', level: 'must', expected: long, actual: long, evidence: long } as const;
    const huge = {
      ...incident,
      title: long,
      target: 'x'.repeat(300),
      locations: Array.from({ length: 1000 }, (_, index) => `location-${index}`),
      fault: { at: 'proxy', because: long } as const,
      lastEvidence: { checks: Array.from({ length: 200 }, () => check), curl: `curl ${long}` },
    };
    const { text } = await letterOf(kind, settings[kind as keyof typeof settings], { ...openedEvent, incident: huge });
    expect(Buffer.byteLength(text)).toBeLessThan(40_000);
    // eslint-disable-next-line no-control-regex -- these are what must not be there
    expect(text).not.toMatch(/\\u001b|\\ud800|[\u202e\r\n]/);
  });

  it('shows no mark that turns or hides what is read', async () => {
    const title = `no\u061c\u00ad\u2060\ufeff\u{e0041} answer`;
    const { text } = await letterOf(kind, settings[kind as keyof typeof settings], { ...openedEvent, incident: { ...incident, title } });
    expect(text).toContain('no answer');
  });
});
