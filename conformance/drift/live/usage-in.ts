import { parseJson } from '#fixtures/parse-json';
import type { Recording } from '#fixtures/recordings/recording';

import { type TokenUsage, usageOfValues } from '../../engine/usage.ts';
import { sampleOfRecording } from '../sample.ts';

/** What a recorded answer says it cost; zeros where it says nothing. */
export const usageIn = (recording: Recording): TokenUsage => {
  const body = sampleOfRecording(recording)?.body;
  if (body?.form === 'json') return usageOfValues([body.value]);
  if (body?.form !== 'events') return usageOfValues([]);
  return usageOfValues(
    body.events.flatMap(({ data }) => {
      const json = parseJson(data);
      return 'value' in json ? [json.value] : [];
    }),
  );
};
