import type { MockUpstream } from '#fixtures/upstreams/mock-upstream';
import type { Script } from '#fixtures/upstreams/script';

import { ToolError } from '../../errors.ts';
import type { CliCommand } from '../command.ts';
import { untilStopped } from '../io.ts';
import { explainListenError } from '../port-in-use.ts';
import { someText, wholeNumber } from '../values.ts';

interface UpstreamFlags {
  readonly port?: number;
  readonly answer?: string;
}

const lastPort = 65_535;

/** Slugs of the exchanges, without the surface and without `.stream`. */
const knownSlugs = async (): Promise<readonly string[]> => {
  const { exchangeIds } = await import('#fixtures/catalogue');
  return [...new Set(exchangeIds().map((id) => id.replace(/^.*\//, '').replace(/\.stream$/, '')))].sort();
};

const answerScript = async (slug: string): Promise<Script> => {
  const slugs = await knownSlugs();
  if (slugs.includes(slug)) return (await import('#fixtures/upstreams/script')).answer(slug);
  const { nearestHint } = await import('../../nearest.ts');
  throw new ToolError('usage', `no exchange is called "${slug}"`, { hint: nearestHint(slug, slugs) });
};

const start = async ({ port, answer }: UpstreamFlags): Promise<MockUpstream> => {
  const otherwise = answer === undefined ? undefined : await answerScript(answer);
  const { startMockUpstream } = await import('#fixtures/upstreams/serve');
  try {
    return await startMockUpstream({ ...(port !== undefined && { port }), ...(otherwise !== undefined && { otherwise }) });
  } catch (error) {
    throw explainListenError(error, port);
  }
};

const exampleToken = 'wpt_0000000000000001';

const example = (upstream: MockUpstream, scripted: boolean): readonly string[] => {
  const script = `curl -sS -X PUT ${upstream.url}/__wireproof/scripts/${exampleToken} -d '{"exchange":"openai-chat/text"}'`;
  const ask = `curl -sS ${upstream.baseUrl('openai-chat')}/chat/completions -H 'content-type: application/json' -d '{"model":"gpt-4.1-mini","messages":[{"role":"user","content":"${exampleToken} Say ok."}]}'`;
  return scripted ? [script, ask] : [ask];
};

const introduction = async (upstream: MockUpstream, { answer }: UpstreamFlags): Promise<string> => {
  const [{ surfaceIds }, { columnsOf }] = await Promise.all([import('#fixtures/exchange'), import('../../text-layout.ts')]);
  const journal = `${upstream.url}/__wireproof`;
  return [
    `mocked upstreams on ${upstream.url}`,
    '',
    'Point a proxy at',
    ...columnsOf(surfaceIds.map((surface) => [`  ${surface}`, upstream.baseUrl(surface)])),
    '',
    answer === undefined
      ? 'A request is answered by the script of the token (wpt_ and 16 letters or digits) in its content; without one it gets a 501.'
      : `A request without a script gets <surface>/${answer} or <surface>/${answer}.stream.`,
    `What arrived:     GET ${journal}/journal?token=${exampleToken}`,
    `What was refused: GET ${journal}/refusals`,
    '',
    'Try',
    ...example(upstream, answer === undefined).map((line) => `  ${line}`),
    '',
    'Ctrl-C stops it.',
    '',
  ].join('\n');
};

export const command: CliCommand = {
  name: 'upstream',
  about: 'the mocked upstreams on a loopback socket',
  order: 5,
  examples: [
    ['wireproof upstream', 'any free port; requests need a script, which can be put over HTTP'],
    ['wireproof upstream --port 9100 --answer text', 'every surface answers "Wireproof says ok."'],
  ],
  declare: (command) => {
    command
      .option('--port <n>', 'where to listen (default: any free port)', wholeNumber(0, lastPort))
      .option('--answer <slug>', 'answer requests without a script with this exchange of their surface', someText);
  },
  run: async (command, { io, parts }) => {
    const flags = command.opts<UpstreamFlags>();
    await parts.checkFixtures();
    const upstream = await start(flags);
    try {
      io.out(await introduction(upstream, flags));
      await untilStopped(io.signal);
    } finally {
      await upstream.close();
    }
    return 0;
  },
};
