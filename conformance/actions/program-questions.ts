import { connect } from 'node:net';

import { request } from 'undici';

import type { ProgramAnswer, Question } from '#scenarios/kit/actions/process';
import { CLIENT_KEY } from '#scenarios/kit/probe';

const mostBytes = 256 * 1024;

/** Whether anybody takes a connection at this port of loopback. */
export const answersAt = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port });
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });

const parsed = (text: string): Pick<ProgramAnswer, 'json'> => {
  try {
    return { json: JSON.parse(text) as unknown };
  } catch {
    return {};
  }
};

/** A body beyond measure is no answer to any of our questions. */
const textWithin = async (body: AsyncIterable<Buffer>): Promise<string> => {
  const pieces: Buffer[] = [];
  let bytes = 0;
  for await (const piece of body) {
    bytes += piece.length;
    if (bytes > mostBytes) return '';
    pieces.push(piece);
  }
  return Buffer.concat(pieces).toString('utf8');
};

const ask = async (port: number, { path, headers = {} }: Question, clientKey: string, signal: AbortSignal): Promise<ProgramAnswer> => {
  const shown = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, value.replaceAll(CLIENT_KEY, () => clientKey)]));
  try {
    const { statusCode, body } = await request(`http://127.0.0.1:${port}${path}`, { headers: shown, signal, reset: true });
    return { status: statusCode, ...parsed(await textWithin(body)) };
  } catch {
    return { status: 0 };
  }
};

/** Puts each question on a connection of its own, one after the other. */
export const askProgram = async (
  port: number,
  questions: Readonly<Record<string, Question>>,
  clientKey: string,
  signal: AbortSignal,
): Promise<Readonly<Record<string, ProgramAnswer>>> => {
  const answers: Record<string, ProgramAnswer> = {};
  for (const [name, question] of Object.entries(questions)) answers[name] = await ask(port, question, clientKey, signal);
  return answers;
};
