import type { UpstreamCall } from '#fixtures/upstreams/mock-upstream';

const prefix = 'not-in-recording: ';

/** What the journal of mocked upstreams says of a call that nothing was recorded for. */
export const notInRecording = (what: string): string => `${prefix}${what}`;

/** The first call that nothing was recorded for: what was missing. `undefined` where all were answered. */
export const missingRecording = (calls: readonly Pick<UpstreamCall, 'refused'>[]): string | undefined =>
  calls.find(({ refused }) => refused?.startsWith(prefix) === true)?.refused?.slice(prefix.length);
