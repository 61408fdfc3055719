import type { MockUpstream } from '#fixtures/upstreams/mock-upstream';
import { startMockUpstream } from '#fixtures/upstreams/serve';

import type { Captured } from '../record/captured.ts';
import { startPassThrough, type PassThrough } from '../record/pass-through.ts';

/** Bytes of a body that are kept: the largest answer of the mocked upstreams is a line of 80 MiB. */
const mostBytes = 96 * 1024 * 1024;
/** Silence is part of what is recorded; the arms have bounds of their own, far below this one. */
const idleMs = 3_600_000;

/** The mocked upstreams behind a pass-through: whoever asks them is recorded. */
const behind = (mock: MockUpstream, pass: PassThrough): MockUpstream => ({
  ...mock,
  url: pass.url,
  baseUrl: (surface) => mock.baseUrl(surface).replace(mock.url, pass.url),
  close: async () => {
    await pass.close();
    await mock.close();
  },
});

/**
 * Starts the mocked upstreams with a pass-through before them. Rejects with the system's error when the port is taken.
 * @param now milliseconds since the epoch
 */
export const startRecordedUpstream = async ({
  port = 0,
  now,
  onCaptured,
}: {
  readonly port?: number | undefined;
  readonly now: () => number;
  readonly onCaptured: (captured: Captured) => void;
}): Promise<MockUpstream> => {
  const mock = await startMockUpstream();
  try {
    const { url: upstream } = mock;
    return behind(mock, await startPassThrough({ upstream, host: '127.0.0.1', port, mostBytes, idleMs, plain: false, onCaptured, now }));
  } catch (error) {
    await mock.close();
    throw error;
  }
};
