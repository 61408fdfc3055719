import type { ErrorInfo } from '../../ir/chat.ts';
import type { ReplyHeaders } from '../../relay/reply-headers.ts';
import type { Persona } from '../persona.ts';
import { errorBody } from './error-body.ts';
import type { Worded } from './error-body.ts';

/** What decides how an answer is given; a RelayContext has it all. */
export interface Manners {
  readonly persona: Pick<Persona, 'answers' | 'errors'>;
  readonly config: { readonly 'passthrough-headers': boolean };
}

/** An upstream's headers, as far as the client gets them (sheets 1.5, S3). */
export const upstreamHeaders = ({ persona, config }: Manners, headers: ReplyHeaders): ReplyHeaders =>
  persona.answers.upstreamHeaders === 'useful' || config['passthrough-headers'] ? headers : {};

const withoutRetryAfter = ({ retryAfterSeconds: _seconds, ...info }: ErrorInfo): ErrorInfo => info;

const extraHeaders = ({ errors }: Manners['persona'], { code }: ErrorInfo): ReplyHeaders =>
  errors.templateKeys === 'safe-mode' && code === 'unsafe_example_api_key' ? { 'x-cpa-safe-mode': 'example-api-key' } : {};

/** An error as it is told: the same where the dialect words it. */
export const mannered = (
  { persona, config }: Manners,
  worded: Worded,
): { readonly info: ErrorInfo; readonly body: string | undefined; readonly headers: ReplyHeaders } => {
  const { info } = worded;
  const told = persona.answers.retryAfter === 'sent' || config['passthrough-headers'] ? info : withoutRetryAfter(info);
  return { info: told, body: errorBody(persona.errors, worded), headers: extraHeaders(persona, info) };
};
