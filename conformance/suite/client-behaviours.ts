import type { SurfaceId } from '#fixtures/exchange';

import { attachments } from './behaviours/attachments.ts';
import type { Behaviours } from './behaviours/case.ts';
import { errors } from './behaviours/errors.ts';
import { interruptions } from './behaviours/interruptions.ts';
import { openaiAnswers } from './behaviours/openai-answers.ts';
import { prefill } from './behaviours/prefill.ts';
import { speech } from './behaviours/speech.ts';
import { structuredOutput } from './behaviours/structured-output.ts';
import { tools } from './behaviours/tools.ts';
import type { ClientUnderTest } from './client-under-test.ts';
import type { ProxiedUpstreams } from './proxied-upstreams.ts';

/** What every real client must be able to do through the proxy, whichever upstream answers. */

export interface Behaviour {
  readonly title: string;
  readonly prove: (proxied: ProxiedUpstreams) => Promise<void>;
}

const surfaces: readonly SurfaceId[] = ['openai-chat', 'openai-responses', 'codex', 'anthropic-messages', 'gemini-generate', 'antigravity'];

const towards = (client: ClientUnderTest, surface: SurfaceId): Behaviours => ({
  ...speech,
  ...tools(client),
  ...structuredOutput,
  ...attachments(client),
  ...prefill,
  ...openaiAnswers(client, surface),
  ...errors,
  ...interruptions,
});

/** Every behaviour towards every upstream, to be run with the proxy that the test file has started. */
export const behavioursOf = (client: ClientUnderTest): readonly Behaviour[] =>
  surfaces.flatMap((surface) =>
    Object.entries(towards(client, surface)).map(([title, prove]) => ({
      title: `${title} (towards ${surface})`,
      prove: (proxied) => prove({ client, surface, proxied }),
    })),
  );
