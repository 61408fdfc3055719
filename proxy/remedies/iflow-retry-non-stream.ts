import { textOf } from '../json/json-body.ts';
import type { ProviderCall } from '../providers/provider.ts';
import { defineRemedy } from './remedy.ts';

const withoutStreaming = (call: ProviderCall): ProviderCall => {
  const { stream_options: _options, ...body } = JSON.parse(textOf(call.body)) as Record<string, unknown>;
  return {
    ...call,
    headers: { ...call.headers, accept: 'application/json' },
    body: JSON.stringify({ ...body, stream: false }),
    streams: false,
  };
};

export default defineRemedy({
  id: 'iflow-retry-non-stream',
  matrixRow: 9,
  about: 'A stream that iFlow refuses with an empty 406 is asked for once more as a plain answer; the client still gets its stream.',
  onFailure: ({ provider, status, bodyText, call }) =>
    provider === 'iflow' && status === 406 && bodyText.trim() === '' && call.streams
      ? { kind: 'retry', call: withoutStreaming(call) }
      : undefined,
});
