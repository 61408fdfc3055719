import { describe, expect, it } from 'vitest';

import type { Health, ScenarioState } from '../../history/records.ts';
import { standingOf } from './health.ts';

const state = (health: Health, since: number, more: Partial<ScenarioState> = {}): ScenarioState => ({
  target: 'a',
  location: 'here',
  scenario: 's',
  row: 1,
  health,
  since,
  lastAt: since + 10,
  recent: [],
  changes: [],
  flapping: false,
  ...more,
});

describe('standingOf', () => {
  it('knows nothing of nothing', () => {
    expect(standingOf([])).toEqual({ health: 'unknown', flapping: false });
  });

  it('is as bad as the worst, since the first of those was', () => {
    expect(standingOf([state('healthy', 900), state('failing', 500), state('failing', 300), state('degraded', 100)])).toEqual({
      health: 'failing',
      since: 300,
      lastAt: 910,
      flapping: false,
    });
  });

  it('is well since the last became so', () => {
    expect(standingOf([state('healthy', 100), state('healthy', 700, { flapping: true })])).toEqual({
      health: 'healthy',
      since: 700,
      lastAt: 710,
      flapping: true,
    });
  });

  it('does not call well what is not known', () => {
    expect(standingOf([state('healthy', 100), state('unknown', 50)]).health).toBe('unknown');
  });
});
