import { describe, expect, it } from 'vitest';

import { baseUrlVariables, pointAtRelay } from './base-url-variables.ts';

const relay = 'http://127.0.0.1:4000';
const target = new URL('http://127.0.0.1:8317');
const nothing = baseUrlVariables.map(({ name }) => ({ name, says: 'nothing' }));
const readings = (env: Readonly<Record<string, string>>) =>
  pointAtRelay(env, target, relay, false).readings.filter(({ says }) => says !== 'nothing');

describe('an environment', () => {
  it('names the relay wherever it named the target, whatever the variable', () => {
    const env = {
      OPENAI_BASE_URL: 'http://localhost:8317/v1',
      ANTHROPIC_BASE_URL: 'http://127.0.0.1:8317',
      MY_OWN: 'http://127.0.0.1:8317/x?a=b',
      PATH: '/bin',
    };
    expect(pointAtRelay(env, target, relay, false).env).toEqual({
      OPENAI_BASE_URL: `${relay}/v1`,
      ANTHROPIC_BASE_URL: relay,
      MY_OWN: `${relay}/x?a=b`,
      PATH: '/bin',
    });
  });

  it('is left alone where it names another place, or none', () => {
    const env = {
      OPENAI_BASE_URL: 'https://api.openai.com/v1',
      ANTHROPIC_BASE_URL: 'http://127.0.0.1:8318',
      AMP_URL: 'no url',
      OPENAI_API_BASE: ' ',
    };
    expect(pointAtRelay(env, target, relay, false).env).toEqual(env);
    expect(readings(env)).toEqual([
      { name: 'OPENAI_BASE_URL', says: 'elsewhere', origin: 'https://api.openai.com' },
      { name: 'ANTHROPIC_BASE_URL', says: 'elsewhere', origin: 'http://127.0.0.1:8318' },
      { name: 'AMP_URL', says: 'no URL' },
    ]);
  });

  it('gets what it lacks when that is wanted, behind the path of the target', () => {
    const given = pointAtRelay({ OPENAI_BASE_URL: 'https://api.openai.com/v1' }, new URL('http://127.0.0.1:8317/team/'), relay, true);
    expect(given.env).toEqual({
      OPENAI_BASE_URL: 'https://api.openai.com/v1',
      OPENAI_API_BASE: `${relay}/team/v1`,
      ANTHROPIC_BASE_URL: `${relay}/team`,
      GOOGLE_GEMINI_BASE_URL: `${relay}/team`,
      AMP_URL: `${relay}/team`,
      COPILOT_PROVIDER_BASE_URL: `${relay}/team/v1`,
    });
    expect(given.readings.find(({ name }) => name === 'AMP_URL')).toEqual({ name: 'AMP_URL', says: 'the target', given: true });
  });

  it('gets nothing of itself', () => {
    expect(pointAtRelay({}, target, relay, false)).toEqual({ env: {}, readings: nothing });
  });

  it('is told without what may be a key', () => {
    const told = readings({ OPENAI_BASE_URL: 'https://me:secret-text@elsewhere.example/secret-text?key=secret-text' });
    expect(told).toEqual([{ name: 'OPENAI_BASE_URL', says: 'elsewhere', origin: 'https://elsewhere.example' }]);
  });
});
