import type { Ending, Script, UpstreamRequest } from '#fixtures/upstreams/script';
import { answer, deviates, errorIn, holds, inShort, says, type CallerSight, type Reading } from '#scenarios/kit/index';
import { answerOnSocket, socketOf } from '#scenarios/kit/actions/websocket';

import { saidByUpstream } from '../codex-cli/asking.ts';

/** Ways in which the upstream fails, and what the question says for each. */
export const failures = {
  unauthorized: '[the vendor says 401]',
  forbidden: '[the vendor says 403]',
  limited: '[the vendor says 429]',
  broken: '[the vendor says 5xx]',
} as const;
export const breaks = { endsEarly: '[the stream just stops]', resets: '[the connection breaks]' } as const;

const asked = (marker: string) => (request: UpstreamRequest) => request.bodyBytes.includes(marker);

const refusing =
  (slug: string): Script =>
  ({ surface }) => ({ exchange: `${surface}/${slug}` });

const breaking =
  (ending: Ending): Script =>
  ({ surface }) => ({ exchange: `${surface}/text.stream`, fault: { afterEvents: 4, ending } });

/** Answers well, but for these questions. */
export const failingUpstream = answer('text')
  .when(asked(failures.unauthorized), refusing('dead-key'))
  .when(asked(failures.forbidden), refusing('not-entitled'))
  .when(asked(failures.limited), refusing('rate-limited'))
  .when(asked(failures.broken), refusing('server-error'))
  .when(asked(breaks.endsEarly), breaking('clean-eof'))
  .when(asked(breaks.resets), breaking('reset'));

/** Holds for a turn that is answered. */
export const goesWell = (sight: CallerSight): Reading => says(answerOnSocket(sight), saidByUpstream);

const inFrames = (sight: CallerSight): string => {
  const socket = socketOf(sight);
  const ended = socket === undefined ? inShort(sight) : `ended by ${socket.endedBy} with ${socket.closeCode ?? 'nothing'}`;
  return `${ended}, after ${sight.events.at(-1)?.data.slice(0, 300) ?? 'no frame'}`;
};

/** Holds when the first turn of the socket ends in an error frame with a status and the envelope of an error. */
export const toldInAFrame = (sight: CallerSight): Reading => {
  const turn = answerOnSocket(sight);
  const isTold = sight.status === 101 && turn.status >= 400 && turn.status < 600 && errorIn(turn) !== undefined;
  return isTold ? holds() : deviates({ expected: 'an error frame with a status', actual: inFrames(sight) });
};

/**
 * Holds when the socket goes on after its first turn, or was closed with a code. A connection that ends without a close frame (1006) looks
 * like a network fault, and clients try again (codex 22156, 30933).
 */
export const endsWithAWord = (sight: CallerSight): Reading => {
  const socket = socketOf(sight);
  if (socket === undefined || sight.events.length === 0)
    return deviates({ expected: 'a socket with a first turn', actual: inFrames(sight) });
  const goesOn = answerOnSocket(sight, 1).status !== 0;
  const isClosed = socket.closeCode !== undefined && socket.closeCode !== 1006;
  return goesOn || isClosed ? holds() : deviates({ expected: 'another answer, or a close frame with a code', actual: inFrames(sight) });
};

const codeOf = (sight: CallerSight): unknown => errorIn(sight)?.code;

/** Holds when the error frame says what the answer over HTTP says: the same status and the same code. */
export const saysWhatHttpSays = (socket: CallerSight, http: CallerSight): Reading => {
  const turn = answerOnSocket(socket);
  const [ours, theirs] = [turn, http].map((sight) => ({ status: sight.status, code: codeOf(sight) }));
  const isSame = socketOf(socket) !== undefined && http.status >= 400 && JSON.stringify(ours) === JSON.stringify(theirs);
  return isSame ? holds() : deviates({ expected: theirs, actual: socket.events.length === 0 ? inFrames(socket) : ours });
};

/** Holds when the error frame says how long to wait, as the header of HTTP would. */
export const saysWhenToComeBack = (sight: CallerSight): Reading => {
  const { headers } = (answerOnSocket(sight).json ?? {}) as { readonly headers?: Readonly<Record<string, unknown>> };
  const wait = headers?.['retry-after'] ?? headers?.['Retry-After'];
  return wait !== undefined && Number(wait) > 0 ? holds() : deviates({ expected: 'headers with retry-after', actual: inFrames(sight) });
};
