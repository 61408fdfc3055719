import { grownBetween } from '../counted.ts';
import type { Sign } from '../sign.ts';
import { isWhole } from '../whole-stream.ts';

/**
 * The provider counts the stream whose count the client asked for. Where the same stream without that question is only estimated, the
 * proxy did not ask in the client's place (sheet row 11). Costs nothing: the builds that mark estimates say so beside their counts.
 */
const sign: Sign = {
  name: 'stream-estimated',
  read: ({ answer, claims }) => {
    const unasked = answer('uncounted-stream');
    const whenAsked = grownBetween(answer('metrics'), answer('metrics-between'));
    const whenNot = grownBetween(answer('metrics-between'), answer('metrics-after'));
    if (unasked === undefined || !isWhole(unasked) || whenAsked?.estimated !== 0 || whenNot === undefined || whenNot.estimated <= 0) {
      return [];
    }
    return [
      {
        row: 11,
        weight: claims.has('provider-metrics') ? 'certain' : 'likely',
        title: 'a stream is counted by an estimate where the client does not ask for the count',
        evidence: `/v1/metrics/providers: estimated_requests grew by ${whenNot.estimated} with the stream that did not ask, and not with the one that did`,
        questions: ['metrics-between', 'uncounted-stream', 'metrics-after'],
        cause: 'The proxy does not ask the provider for the count of a stream (stream_options.include_usage) unless the client does.',
        remediation:
          'Let the proxy ask for the usage of every stream, or run a build that does; until then let clients send stream_options.include_usage.',
      },
    ];
  },
};

export default sign;
