import type { FastifyReply } from 'fastify';

import type { AnswerPolicy } from '../personas/persona.ts';
import { sendError, sendStream } from './reply.ts';
import type { ReplyHeaders } from './reply-headers.ts';
import type { ExpectedStream, Refusal, Sink } from './sink.ts';
import { StreamBody } from './stream-body.ts';

/**
 * Before the first keep-alive an error is an ordinary HTTP error. A keep-alive commits the status 200; an error that comes after it can
 * only be told as the dialect tells of a failure inside of a stream.
 */
const giveError = async (reply: FastifyReply, body: StreamBody, expected: ExpectedStream | undefined, refusal: Refusal): Promise<void> => {
  body.silence();
  const { dialect, info, untouched, headers } = refusal;
  if (!body.begun || expected === undefined) return sendError(reply, dialect, info, untouched, headers);
  if (headers !== undefined) body.begin(expected.writer.contentType, headers);
  body.end(expected.errorText(info));
};

const giveWhole = async (reply: FastifyReply, body: StreamBody, contentType: string, text: string | Buffer, headers: ReplyHeaders) => {
  body.silence();
  if (body.begun) {
    body.begin(contentType, headers);
    body.end(text);
  } else {
    await reply
      .code(200)
      .headers({ ...headers, 'content-type': contentType })
      .send(text);
  }
};

/** Answers as the body of an HTTP response. */
export const newHttpSink = (
  reply: FastifyReply,
  { buffering }: Pick<AnswerPolicy, 'buffering'> = { buffering: 'x-accel-buffering' },
): Sink => {
  const body = new StreamBody(reply, buffering);
  let expected: ExpectedStream | undefined;
  return {
    about: {},
    status: () => reply.raw.statusCode,
    onLeft: (left) => {
      const onClose = (): void => {
        if (!reply.raw.writableFinished) left();
      };
      reply.raw.once('close', onClose);
      return () => {
        reply.raw.off('close', onClose);
      };
    },
    expectStream: (stream) => {
      expected = stream;
      body.expect(stream);
    },
    giveWhole: async ({ contentType, body: text }, headers) => {
      await giveWhole(reply, body, contentType, text, headers);
      return 'complete';
    },
    giveStream: (opened, headers, signal) => sendStream(body, opened, headers, signal),
    giveError: (refusal) => giveError(reply, body, expected, refusal),
    leave: () => {
      if (!reply.sent) reply.hijack();
      reply.raw.destroy();
    },
    release: () => body.release(),
  };
};
