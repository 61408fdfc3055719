import type { ErrorInfo } from '../ir/chat.ts';
import type { RelayContext } from './context.ts';
import { newEventWriter } from './framing.ts';
import type { Question } from './question.ts';
import type { ExpectedStream } from './sink.ts';

/** How a client that asked for a stream is kept company until its answer comes, and told when none comes. */
export const expectedStream = ({ config, clock, persona }: RelayContext, { dialect, framing, model }: Question): ExpectedStream => {
  const writer = newEventWriter(framing);
  const newEncoder = () => dialect.newStreamEncoder({ model, createdAt: Math.floor(clock.now() / 1000), wantsUsage: false });
  return {
    writer,
    errorText: (error: ErrorInfo) => writer.write(newEncoder().push({ kind: 'error', error })) + writer.end(),
    clock,
    silenceMs: config.streaming['keepalive-seconds'] * 1000,
    afterFirstPayload: persona.streams.keepAlive === 'after-first-payload',
  };
};
