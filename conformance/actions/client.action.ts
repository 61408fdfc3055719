import { createServer } from 'node:http';
import { fileURLToPath } from 'node:url';

import type { Action } from '#scenarios/kit/action';
import type { ClientAction, ClientResult } from '#scenarios/kit/actions/client';
import type { ClientShell } from '#scenarios/kit/grounds/client';
import { CLIENT_KEY } from '#scenarios/kit/probe';
import type { CallerSight } from '#scenarios/kit/sight';

import { judgeTrace } from '../trace/judge-trace.ts';
import { listenOnLoopback, type Listening } from '../trace/listen.ts';
import { shownPath } from '../trace/seen.ts';
import { traceClient, type Trace } from '../trace/trace-client.ts';
import { AnswerReader, parseJson } from '../transport/answer-reader.ts';
import { bodyText, withToken } from '../transport/request-body.ts';
import { sentHeaders } from '../transport/sent-headers.ts';
import { sightWithoutAnswer, type ActionContext, type ActionPerformer } from './action.ts';

/** Lies beside the tracer in the sources and in the build: Node runs it as it is. */
const program = fileURLToPath(new URL('../trace/inside/client-program.mjs', import.meta.url));

/** Where clients go that know no other address. It answers well: who pays is all that is wrong with a bypass. */
const startVendor = (): Promise<Listening> =>
  listenOnLoopback(
    createServer((incoming, response) => {
      incoming
        .resume()
        .once('end', () => response.writeHead(200, { 'content-type': 'application/json' }).end('{"answered_by":"the vendor"}'));
    }),
  );

const filledEnv = ({ env }: ClientShell, { url, target }: ActionContext): Record<string, string> =>
  Object.fromEntries(
    Object.entries(env).map(([name, value]) => [
      name,
      value.replaceAll('{target}', url).replaceAll(CLIENT_KEY, () => target.clientKey ?? ''),
    ]),
  );

/** The target's headers, with a gap where the client puts the key that it finds in its environment. Its name it says itself. */
const headersWithGap = ({ probe, headers, target: { clientKey } }: ActionContext): Record<string, string> =>
  Object.fromEntries(
    Object.entries(sentHeaders(probe, {}, headers))
      .filter(([name]) => name !== 'user-agent')
      .map(([name, value]) => [name, clientKey === undefined ? value : value.replaceAll(clientKey, () => '{key}')]),
  );

const orderFor = ({ reads, control }: ClientAction, context: ActionContext, vendor: Listening): Record<string, unknown> => {
  const { probe, path, token } = context;
  return {
    vendor: vendor.url,
    ...reads,
    method: probe.method,
    path: withToken(path, token),
    headers: headersWithGap(context),
    ...(probe.body !== undefined && { body: bodyText(probe, token) }),
    ...(control !== undefined && { control }),
  };
};

/** What any program needs; nothing of the shell that the tool itself was started from, whose variables are nobody's business. */
const bareEnvironment = { PATH: '/usr/bin:/bin' };

const run = async (action: ClientAction, context: ActionContext, vendor: Listening): Promise<{ trace: Trace; said: string }> => {
  const shell: ClientShell = context.ground?.client ?? { env: {} };
  const env = filledEnv(shell, context);
  const isLate = shell.exportedLate === true && action.startedAnew !== true;
  const order = { ...orderFor(action, context, vendor), ...(isLate && { exports: env }) };
  let said = '';
  const trace = await traceClient({
    command: [process.execPath, program, JSON.stringify(order)],
    target: new URL(context.url),
    env: { ...bareEnvironment, ...(isLate ? {} : env) },
    cwd: '/',
    words: { out: (text) => void (said += text), err: () => undefined },
    stdin: 'ignore',
    give: false,
    letThrough: false,
    allow: [],
    lookAtSockets: false,
    withinMs: context.withinMs,
    signal: context.signal,
    now: () => performance.now(),
  });
  return { trace, said };
};

const asked = ({ control }: ClientAction, { url, path, token }: ActionContext): ClientResult['asks'] => {
  const at = (own: string): string => shownPath(`${new URL(url).pathname.replace(/\/+$/, '')}${own}`);
  return { model: at(withToken(path, token)), ...(control !== undefined && { control: at(control.path) }) };
};

const resultOf = (trace: Trace, vendor: Listening, asks: ClientResult['asks']): ClientResult => {
  const host = new URL(vendor.url).host;
  return {
    kind: 'client',
    asks,
    through: trace.seen
      .filter(({ verdict, kind }) => verdict === 'through' && kind === 'request')
      .map(({ method = '?', path = '/', status }) => ({ method, path, ...(status !== undefined && { status }) })),
    past: judgeTrace(trace).bypasses.map(({ to, requests }) => ({ to: to === host ? 'the vendor' : to, requests })),
  };
};

interface Got {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly failed?: string;
}

const sightOf = (context: ActionContext, got: Got, durationMs: number): CallerSight => {
  const { status = 0, headers = {}, body = '', failed } = got;
  const reader = new AnswerReader(headers['content-type'] ?? '', () => durationMs);
  reader.push(Buffer.from(body));
  const failure = failed === undefined ? {} : { errorCode: failed };
  return { ...sightWithoutAnswer(context, durationMs), status, headers, ...reader.answer, ...failure };
};

/** A client that fails at its vendor has not been refused by the target. */
const endOf = ({ ended }: Trace, { through }: ClientResult): Pick<CallerSight, 'end' | 'errorCode'> => {
  if (ended.timedOut === true) return { end: 'timeout' };
  return through.some(({ status }) => status === undefined) ? { end: 'refused', errorCode: 'ECONNREFUSED' } : { end: 'complete' };
};

const perform = async (action: Action, context: ActionContext): Promise<CallerSight> => {
  const vendor = await startVendor();
  try {
    const { trace, said } = await run(action as ClientAction, context, vendor);
    const got = (parseJson(said) ?? { failed: 'NO_ANSWER' }) as Got;
    const result = resultOf(trace, vendor, asked(action as ClientAction, context));
    return { ...sightOf(context, got, trace.durationMs), ...endOf(trace, result), action: result };
  } finally {
    await vendor.close();
  }
};

/** Runs a small client program through the tracer. The sight is its model call's, the action's result what the tracer saw. */
export const action: ActionPerformer = { perform };
