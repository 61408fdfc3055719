import { requireScope } from '../clients/model-scope.ts';
import { ProxyError } from '../errors.ts';
import type { ChatRequest } from '../ir/chat.ts';
import type { Translated } from '../ir/loss.ts';
import { uncloaked } from '../personas/acting/cloak.ts';
import { unknownModel } from '../routing/unknown-model.ts';
import { splitSuffix } from '../thinking/suffix.ts';
import type { RelayContext } from './context.ts';
import { JsonBody } from '../json/json-body.ts';
import { decodeBody } from './decode-body.ts';
import { withArrival } from './hooks.ts';
import type { Inbound } from './inbound.ts';

/** A request that has been read: what is asked, of which model, in which mode. */
export interface Question extends Inbound {
  readonly body: JsonBody;
  readonly tree: Readonly<Record<string, unknown>>;
  /** As the client named it, without the suffix that steers reasoning. */
  readonly model: string;
  readonly suffix?: string | undefined;
  readonly stream: boolean;
  /** The neutral form; decoded when it is first needed, because same-dialect traffic never needs it. */
  readonly neutral: () => Translated<ChatRequest>;
}

const parseTree = (text: string): Readonly<Record<string, unknown>> => {
  let tree: unknown;
  try {
    tree = JSON.parse(text) as unknown;
  } catch (error) {
    throw new ProxyError('invalid-request', `The request body is not valid JSON: ${(error as Error).message}`, { cause: error });
  }
  if (tree === null || typeof tree !== 'object' || Array.isArray(tree)) {
    throw new ProxyError('invalid-request', 'The request body must be a JSON object.');
  }
  return tree as Readonly<Record<string, unknown>>;
};

/** The body without making a text of it, and where that does not show what it is, after parsing it. */
const bodyAndTree = (context: RelayContext, scanned: JsonBody): Pick<Question, 'body' | 'tree'> => {
  const found = scanned.tree();
  if (found !== undefined) return { body: scanned, tree: found };
  context.usage.bodyParsed();
  const body = scanned.unscanned();
  return { body, tree: parseTree(body.text) };
};

/** No model's name is longer, suffix included. A name goes into logs and into the store of usage, where clients must not put megabytes. */
const longestName = 500;

const modelOf = ({ persona }: RelayContext, { address, dialect }: Inbound, tree: Readonly<Record<string, unknown>>): string => {
  const model = address.model ?? tree.model;
  if (typeof model === 'string' && model.length > longestName) throw unknownModel(persona.routing, model);
  if (typeof model === 'string' && model !== '') return model;
  const got = model === undefined ? 'nothing' : JSON.stringify(model).slice(0, 80);
  throw new ProxyError('invalid-request', `${dialect.id}: expected "model" to be a model's name, got ${got}.`, { param: 'model' });
};

/** A list may have shown another name than the model has (persona). */
const shownModel = ({ persona }: RelayContext, { dialect }: Inbound, name: string): string =>
  persona.models.anthropicIds === 'cloaked' && dialect.id === 'anthropic-messages' ? uncloaked(name) : name;

/** The name before a suffix is looked up first, then the whole: a model may be called `x(y)` (sheet 1.3). */
const routedName = ({ routing }: RelayContext, name: string): Pick<Question, 'model' | 'suffix'> => {
  const { base, suffix } = splitSuffix(name);
  return suffix === undefined || !routing.knows(base) ? { model: name } : { model: base, suffix };
};

const memoized = <T>(make: () => T): (() => T) => {
  let made: { readonly value: T } | undefined;
  return () => (made ??= { value: make() }).value;
};

/** Reads a request: content encoding, JSON, arrival hooks, model and mode. @throws ProxyError for what cannot be read or is refused. */
export const readQuestion = async (context: RelayContext, inbound: Inbound): Promise<Question> => {
  context.clientLimits.admit(inbound.client);
  const pieces = inbound.headers['content-encoding'] === undefined ? inbound.pieces : await decodeBody(context, inbound);
  const { body, tree } = bodyAndTree(context, JsonBody.of(pieces));
  const { client, operation, method, path, headers, dialect, address, framing } = inbound;
  for (const { onArrival } of withArrival(context.remedies)) {
    onArrival({ operation, dialect: dialect.id, method, path, headers, body: tree, bodyBytes: body.byteLength });
  }
  const named = routedName(context, shownModel(context, inbound, modelOf(context, inbound, tree)));
  requireScope(inbound.client, named.model, context.routing);
  // Written out: it is made for every request, and spreading costs its time.
  return {
    client,
    dialect,
    operation,
    address,
    framing,
    method,
    path,
    headers,
    pieces: inbound.pieces,
    body,
    tree,
    model: named.model,
    suffix: named.suffix,
    stream: operation === 'generate' && (address.stream ?? tree.stream === true),
    neutral: memoized(() => dialect.decodeRequest(tree, address)),
  };
};
