import { type RawData, WebSocket } from 'ws';

import { bytesOf } from '#fixtures/recordings/recorded-bytes';
import type { RecordedSocket } from '#fixtures/recordings/recording';
import { recorded } from '#fixtures/recordings/testing/recorded';

import type { Captured } from '../captured.ts';
import { replayThrough } from './replay-through.ts';

type Frame = RecordedSocket['frames'][number];

const say = (client: WebSocket, { kind, data, code }: Frame): void => {
  const bytes = bytesOf(data);
  if (kind === 'ping') client.ping(bytes);
  else if (kind === 'pong') client.pong(bytes);
  else if (kind === 'close') client.close(code, bytes);
  else client.send(bytes, { binary: kind === 'binary' });
};

/** Says the client's side, each frame when all of the upstream's before it have come. */
const talk = (url: string, frames: readonly Frame[]): Promise<void> =>
  new Promise((resolve) => {
    const client = new WebSocket(url, { autoPong: false, perMessageDeflate: false });
    const left = [...frames];
    const sayOwn = (): void => {
      while (left[0]?.from === 'client') {
        const [frame] = left.splice(0, 1);
        if (frame !== undefined) say(client, frame);
      }
    };
    const heard = (_data: RawData | Buffer): void => {
      left.shift();
      sayOwn();
    };
    client.on('open', sayOwn);
    client.on('message', heard);
    client.on('ping', heard);
    client.on('pong', heard);
    client.on('error', () => undefined); // the close that follows tells
    client.once('close', () => resolve());
  });

const timeless = ({ from, kind, data, code }: { from: Frame['from']; kind: Frame['kind']; data: Buffer; code?: number }): unknown => ({
  from,
  kind,
  data: data.toString('base64'),
  ...(code !== undefined && { code }),
});

/** A recorded socket replayed through a pass-through: frames and end as they were recorded, and as they were captured. */
export const recaptureSocket = async (socket: RecordedSocket): Promise<{ readonly recorded: unknown; readonly captured: unknown }> => {
  const recording = recorded('run/socket', '', { request: { method: 'GET', target: '/run', fields: [] }, socket });
  let told: (captured: Captured) => void = () => undefined;
  const came = new Promise<Captured>((resolve) => {
    told = resolve;
  });
  const replayed = await replayThrough([recording], (captured) => told(captured));
  try {
    await talk(`${replayed.url.replace('http', 'ws')}/run`, socket.frames);
    const captured = (await came).socket;
    const said = socket.frames.map(({ data, ...frame }) => timeless({ ...frame, data: bytesOf(data) } as Parameters<typeof timeless>[0]));
    return {
      recorded: { frames: said, ends: socket.ends },
      captured: captured && { frames: captured.frames.map(timeless), ends: captured.ends },
    };
  } finally {
    await replayed.close();
  }
};
