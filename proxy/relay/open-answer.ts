import { customToolNames } from '../dialects/custom-tools.ts';
import type { Dialect, ResponseAbout } from '../dialects/dialect.ts';
import { ProxyError } from '../errors.ts';
import { newAggregator } from '../ir/aggregate.ts';
import { asEvents } from '../ir/as-events.ts';
import type { ChatEvent, ChatResponse, ErrorInfo } from '../ir/chat.ts';
import type { Loss, Translated } from '../ir/loss.ts';
import type { Attempt } from '../remedies/remedy.ts';
import type { Candidate } from '../routing/model-table.ts';
import { streamErrorWords } from '../personas/acting/stream-errors.ts';
import { sizeAsTold, sizeOfOther, sizeOfResponse } from '../usage/answer-meter.ts';
import type { AnswerSize } from '../usage/answer-meter.ts';
import { AnswerStream } from './answer-stream.ts';
import type { RelayContext } from './context.ts';
import { dialectNamed } from './context.ts';
import { readCountAnswer } from './count-answer.ts';
import { answerEdit } from './edit-answer.ts';
import type { AnswerEdit } from './edit-answer.ts';
import { failureOf, refused } from './failures.ts';
import type { Refused } from './failures.ts';
import { newEventWriter } from './framing.ts';
import { withRefusalIn } from './hooks.ts';
import { maxAnswerBytes, maxEventBytes } from './limits.ts';
import { ownStreamShows } from './own-stream.ts';
import type { Question } from './question.ts';
import { readWhole } from './read-body.ts';
import { readEvents } from './read-events.ts';
import type { EventBatches } from './read-events.ts';
import { newBatchRedactor } from './secrets.ts';
import type { UpstreamAnswer } from './send.ts';

/** A good answer, ready to be given to the client. */
export type Opened =
  | {
      readonly kind: 'whole';
      readonly contentType: string;
      readonly body: string | Buffer;
      /** Absent where nothing is spent, as for a count of tokens. Worked out when it is asked for: after the client has its answer. */
      readonly size?: () => AnswerSize;
      /** What the answer lost in translation. */
      readonly losses?: readonly Loss[];
    }
  | {
      readonly kind: 'stream';
      readonly stream: AnswerStream;
      /** What the first events became; nothing is written before it is known that the answer does not begin with an error. */
      readonly first: string | Buffer;
      readonly rest: EventBatches;
    };

/** One 2xx answer in its circumstances. */
export interface Reception {
  readonly context: RelayContext;
  readonly question: Question;
  readonly candidate: Candidate;
  readonly attempt: Attempt;
  readonly answer: UpstreamAnswer;
  /** The model name that the client is shown. */
  readonly shownModel: string;
}

interface Sides {
  readonly upstream: Dialect;
  readonly client: Dialect;
  readonly edit: AnswerEdit | undefined;
  readonly same: boolean;
  readonly about: ResponseAbout;
}

const json = 'application/json';

/** Older builds know no `force-mapping`. */
const ownEdit = ({ persona }: RelayContext, candidate: Candidate, shownModel: string): AnswerEdit | undefined =>
  answerEdit(persona.answers.modelName === 'upstream' ? { ...candidate, forceName: false } : candidate, shownModel);

/** The name in translated answers. */
const modelShown = ({ persona }: RelayContext, { upstreamModel, forceName }: Candidate, shownModel: string): string => {
  const { modelName } = persona.answers;
  if (modelName === 'asked-where-translated' || (modelName === 'upstream-unless-forced' && forceName)) return shownModel;
  return upstreamModel;
};

const sidesOf = ({ context, question, candidate, shownModel }: Reception): Sides => {
  const upstream = dialectNamed(context, candidate.provider.dialect);
  const same = upstream.id === question.dialect.id;
  const customTools = same || question.operation !== 'generate' ? undefined : customToolNames(question.neutral().value);
  return {
    upstream,
    client: question.dialect,
    edit: ownEdit(context, candidate, shownModel),
    same,
    about: {
      model: modelShown(context, candidate, shownModel),
      createdAt: Math.floor(context.clock.now() / 1000),
      ...(customTools && { customTools }),
    },
  };
};

const wantsUsage = ({ neutral }: Question): boolean => {
  try {
    return neutral().value.wantsUsage;
  } catch {
    // Same-dialect traffic may carry what the neutral form cannot; the upstream has accepted it.
    return true;
  }
};

const refusal = ({ context, attempt, answer }: Reception, sides: Sides, info: ErrorInfo): Refused =>
  refused(
    context,
    failureOf(context, attempt, { status: info.status, headers: answer.headers, bodyText: info.message }),
    sides.upstream,
    sides.client,
    info,
  );

const openStream = async (reception: Reception, sides: Sides): Promise<Opened | Refused> => {
  const { question, answer } = reception;
  const stream = new AnswerStream({
    ...sides,
    writer: newEventWriter(question.framing),
    edit: sides.same ? sides.edit : reception.candidate.provider.unwrap,
    shows: sides.same ? ownStreamShows(reception.context, question) : undefined,
    untouched: sides.same && sides.edit === undefined && question.framing === 'sse',
    newEncoder: () => sides.client.newStreamEncoder({ ...sides.about, wantsUsage: sides.same || wantsUsage(question) }),
    redact: newBatchRedactor(reception.candidate.credential),
    truncated: reception.context.persona.streams.truncated[sides.client.id],
    wordErrors: streamErrorWords(reception.context.persona, sides.client.id),
  });
  const rest = readEvents(answer.body);
  const comments: Buffer[] = [];
  let heldBytes = 0;
  for (let next = await rest.next(); next.done !== true; next = await rest.next()) {
    const step = stream.push(next.value);
    if (step.isEmpty === true) {
      heldBytes += step.out.length;
      if (heldBytes > maxEventBytes) {
        await rest.return();
        throw new ProxyError('upstream-bad-answer', "The upstream's stream has no first event.");
      }
      if (Buffer.isBuffer(step.out)) comments.push(step.out);
      continue;
    }
    if (step.error !== undefined && step.errorIsFirst === true) {
      await rest.return();
      return refusal(reception, sides, step.error);
    }
    const first = comments.length === 0 ? step.out : Buffer.concat([...comments, Buffer.from(step.out)]);
    if (step.error !== undefined) await rest.return();
    return { kind: 'stream', stream, first, rest };
  }
  throw new ProxyError('upstream-bad-answer', "The upstream's stream ended before its first event.");
};

const isError = (result: ChatResponse | ErrorInfo): result is ErrorInfo => !('parts' in result);

const unwrapped = (wire: unknown, { candidate }: Reception): unknown => candidate.provider.unwrap?.(wire) ?? wire;

const encodeWhole = ({ value: response, losses }: Translated<ChatResponse>, { client, about }: Sides): Opened => {
  const encoded = client.encodeResponse(response, about);
  const body = JSON.stringify(encoded.value);
  return { kind: 'whole', contentType: json, body, losses: [...losses, ...encoded.losses], size: () => sizeOfResponse(response) };
};

/** The upstream streams although the client does not: fold the stream into one answer. */
const aggregate = async (reception: Reception, sides: Sides): Promise<Opened | Refused> => {
  const decoder = sides.upstream.newStreamDecoder();
  const aggregator = newAggregator();
  const folder = sides.same ? sides.upstream.newStreamFolder?.() : undefined;
  const take = (events: readonly ChatEvent[]): void => events.forEach((event) => aggregator.push(event));
  let bytes = 0;
  for await (const batch of readEvents(reception.answer.body)) {
    bytes += batch.bytes.length;
    if (bytes > maxAnswerBytes)
      throw new ProxyError('upstream-bad-answer', `The upstream's answer is larger than ${maxAnswerBytes} bytes.`);
    for (const event of batch.events) {
      const own = unwrapEvent(event, reception);
      folder?.push(own);
      take(decoder.push(own));
    }
  }
  take(decoder.finish());
  const result = aggregator.result();
  if (result === undefined) throw new ProxyError('upstream-bad-answer', "The upstream's stream ended without its terminal event.");
  if (isError(result)) return refusal(reception, sides, result);
  const folded = folder?.result();
  return folded === undefined ? encodeWhole({ value: result, losses: [] }, sides) : ownWhole(folded, result, reception);
};

/** A whole answer that is in the client's dialect already. */
const ownWhole = (wire: unknown, response: ChatResponse, { context, candidate, shownModel }: Reception): Opened => ({
  kind: 'whole',
  contentType: json,
  body: JSON.stringify(ownEdit(context, candidate, shownModel)?.(wire) ?? wire),
  size: () => sizeOfResponse(response),
});

const unwrapEvent = <E extends { readonly data: string }>(event: E, reception: Reception): E => {
  if (reception.candidate.provider.unwrap === undefined || !event.data.startsWith('{')) return event;
  return { ...event, data: JSON.stringify(unwrapped(parseJson(event.data), reception)) };
};

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    throw new ProxyError('upstream-bad-answer', `The upstream's answer is not valid JSON: ${(error as Error).message}`, { cause: error });
  }
};

/** The upstream answered JSON although a stream was asked for: the shortest stream that says the same. */
const streamOf = ({ value: response, losses }: Translated<ChatResponse>, { question }: Reception, { client, about }: Sides): Opened => {
  const encoder = client.newStreamEncoder({ ...about, wantsUsage: wantsUsage(question) });
  const writer = newEventWriter(question.framing);
  const events = [...asEvents(response).flatMap((event) => encoder.push(event)), ...encoder.finish()];
  const body = writer.write(events) + writer.end();
  return { kind: 'whole', contentType: writer.contentType, body, losses, size: () => sizeOfResponse(response) };
};

const looksLikeJson = (text: string): boolean => /^\s*[[{]/.test(text);

/** A longer text is an answer, and not worth reading twice. */
const longestRefusal = 16_384;

const refusalIn = ({ context, attempt }: Reception, text: string): ErrorInfo | undefined => {
  if (text.length > longestRefusal) return undefined;
  for (const remedy of withRefusalIn(context.remedies)) {
    const found = remedy.refusalIn(attempt, text);
    if (found !== undefined) return found;
  }
  return undefined;
};

/** Of an answer that passes as it came; what the dialect cannot read has at most a count of the usual names. */
const sizeOfPassed =
  ({ upstream }: Sides, wire: unknown) =>
  (): AnswerSize => {
    const told = upstream.usageIn?.(wire);
    if (told !== undefined) return sizeAsTold(told);
    try {
      return sizeOfResponse(upstream.decodeResponse(wire).value);
    } catch {
      return sizeOfOther(wire);
    }
  };

const openWhole = async (reception: Reception, sides: Sides): Promise<Opened | Refused> => {
  const { question, answer } = reception;
  const bytes = await readWhole(answer, maxAnswerBytes);
  const text = bytes.toString('utf8');
  if (!looksLikeJson(text))
    throw new ProxyError('upstream-bad-answer', 'The upstream answered with a success status and something that is not JSON.');
  const hidden = refusalIn(reception, text);
  if (hidden !== undefined) return refusal(reception, sides, hidden);
  const isPipe = sides.same && !question.stream;
  // A body that was cut where its end cannot be seen (HTTP/1.0) must not pass for an answer, so it is parsed even where it goes on as it came.
  const wire = parseJson(text);
  if (isPipe) {
    const size = sizeOfPassed(sides, wire);
    if (sides.edit === undefined) return { kind: 'whole', contentType: answer.headers['content-type'] ?? json, body: bytes, size };
    return { kind: 'whole', contentType: json, body: JSON.stringify(sides.edit(wire)), size };
  }
  const response = sides.upstream.decodeResponse(unwrapped(wire, reception));
  return question.stream ? streamOf(response, reception, sides) : encodeWhole(response, sides);
};

const isEventStream = ({ answer, attempt }: Reception): boolean => {
  const contentType = answer.headers['content-type'];
  return contentType === undefined ? attempt.call.streams : /^\s*text\/event-stream/i.test(contentType);
};

/**
 * Reads as much of a 2xx answer as is needed to know that it is one, and turns it into what the client asked for.
 * @throws ProxyError when the answer breaks off or cannot be read.
 */
export const openAnswer = async (reception: Reception): Promise<Opened | Refused> => {
  const sides = sidesOf(reception);
  const { operation } = reception.question;
  if (operation === 'compact') return openCompact(reception);
  if (operation === 'count-tokens') return { kind: 'whole', contentType: json, body: await readCountAnswer(reception.answer, sides) };
  if (!isEventStream(reception)) return openWhole(reception, sides);
  return reception.question.stream ? openStream(reception, sides) : aggregate(reception, sides);
};

/** A compaction is opaque: whatever comes goes to the client as it is. */
const openCompact = async ({ answer }: Reception): Promise<Opened> => {
  const body = await readWhole(answer, maxAnswerBytes);
  const size = (): AnswerSize => sizeOfOther(parsedOrNothing(body.toString('utf8')));
  return { kind: 'whole', contentType: answer.headers['content-type'] ?? json, body, size };
};

const parsedOrNothing = (text: string): unknown => {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
};
