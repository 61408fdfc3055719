import type { ServerResponse } from 'node:http';

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

/** More than this may take its time on the way to the client, and is waited for. */
const mostInOneGoBytes = 65_536;

/** Past the server's framework, whose serialising, hooks and types this answer has no use for. */
const giveWhole = async (reply: FastifyReply, body: StreamBody, contentType: string, text: string | Buffer, headers: ReplyHeaders) => {
  body.silence();
  if (body.begun) {
    body.begin(contentType, headers);
    body.end(text);
    return;
  }
  const { raw } = reply;
  reply.hijack();
  // A write that crosses with the client's leaving must not end the process; the signal tells of the leaving.
  raw.on('error', () => undefined);
  const bytes = typeof text === 'string' ? Buffer.from(text) : text;
  raw.writeHead(200, { ...headers, 'content-type': contentType, 'content-length': bytes.length });
  raw.end(bytes);
  if (bytes.length > mostInOneGoBytes) await finished(raw);
};

const finished = (raw: ServerResponse): Promise<void> =>
  new Promise((resolve) => {
    raw.once('finish', resolve).once('close', resolve);
  });

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
