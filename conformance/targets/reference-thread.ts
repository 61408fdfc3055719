import { parentPort } from 'node:worker_threads';

import type { HostedProxy } from './hosted-proxy.ts';
import { ownThreadHost } from './reference-host.ts';
import type { ThreadAnswer, ThreadQuestion } from './thread-messages.ts';

/** The thread's side: runs reference proxies and answers questions about them, in the order in which they come. */

const proxies = new Map<number, HostedProxy>();

const answer = async (question: ThreadQuestion): Promise<Extract<ThreadAnswer, { value: unknown }>['value']> => {
  if (question.ask === 'start') {
    const hosted = await ownThreadHost.start(question.start);
    proxies.set(question.call, hosted);
    const { url, inProcessUrl } = hosted;
    return { proxy: question.call, url, ...(inProcessUrl !== undefined && { inProcessUrl }) };
  }
  const hosted = proxies.get(question.proxy);
  if (question.ask === 'logs') return (await hosted?.logs())?.slice(question.from) ?? [];
  if (question.ask === 'pass') {
    await hosted?.pass(question.ms);
    return null;
  }
  if (question.ask === 'restart') {
    await hosted?.restart?.();
    return null;
  }
  proxies.delete(question.proxy);
  await hosted?.stop();
  return null;
};

const reply = async (question: ThreadQuestion): Promise<ThreadAnswer> => {
  try {
    return { call: question.call, value: await answer(question) };
  } catch (error) {
    return { call: question.call, failure: error instanceof Error ? error.message : String(error) };
  }
};

/**
 * Loads all that a proxy is made of while the engine still reads its scenarios, so that the first start finds it there. What is wrong
 * is told by that start.
 */
const warmUp = async (): Promise<void> => {
  const hosted = await ownThreadHost.start({ config: {}, authFiles: [] });
  await hosted.stop();
};

void warmUp().catch(() => undefined);

parentPort?.on('message', (question: ThreadQuestion) => {
  void reply(question).then((message) => parentPort?.postMessage(message));
});
