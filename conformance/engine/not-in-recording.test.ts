import { expect, it } from 'vitest';

import { missingRecording, notInRecording } from './not-in-recording.ts';

const refused = (why: string) => ({ refused: why });

it('finds the call that nothing was recorded for among those that were answered or refused otherwise', () => {
  const calls = [{}, refused('no surface has this route'), refused(notInRecording('GET /a')), refused(notInRecording('GET /b'))];
  expect(missingRecording(calls)).toBe('GET /a');
  expect(missingRecording(calls.slice(0, 2))).toBeUndefined();
});
