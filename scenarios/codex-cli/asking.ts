import { TOKEN } from '#scenarios/kit/index';
import type { SocketMessage } from '#scenarios/kit/actions/websocket';

/** What Codex sends, cut down to what matters. */

export const codexVersion = '0.169.0';
export const saidByUpstream = 'Wireproof says ok.';

/** A user's message, with the step's token in it. */
export const userSays = (text: string): object => ({
  type: 'message',
  role: 'user',
  content: [{ type: 'input_text', text: `${text} ${TOKEN}` }],
});

interface Question {
  readonly model: string;
  /** A list of items, or text. */
  readonly input: unknown;
  readonly more?: Readonly<Record<string, unknown>>;
}

/** A request's body over HTTP. */
export const codexBody = ({ model, input, more = {} }: Question): object => ({
  model,
  input,
  store: false,
  stream: true,
  max_output_tokens: 16,
  ...more,
});

/** The same as a message on a WebSocket, which needs no `stream`. */
export const create = ({ model, input, more = {} }: Question, after: SocketMessage['after'] = 'answered'): SocketMessage => ({
  json: { type: 'response.create', model, input, store: false, max_output_tokens: 16, ...more },
  after,
});
