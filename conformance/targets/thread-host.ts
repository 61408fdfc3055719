import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';

import type { LogLine } from '#scenarios/kit/sight';

import type { HostedProxy, ProxyHost, ProxyStart } from './hosted-proxy.ts';
import type { StartedProxy, ThreadAnswer, ThreadQuestion } from './thread-messages.ts';

type Value = Extract<ThreadAnswer, { value: unknown }>['value'];
type Question = ThreadQuestion extends infer Each ? (Each extends ThreadQuestion ? Omit<Each, 'call'> : never) : never;

interface Waiting {
  readonly resolve: (value: Value) => void;
  readonly reject: (error: Error) => void;
}

/** One worker and the questions that it has not answered yet. */
class ProxyThread {
  readonly #worker: Worker;
  readonly #waiting = new Map<number, Waiting>();
  #calls = 0;
  #failure: Error | undefined;
  /** Proxies on it, and whoever prepared it. */
  users = 0;

  constructor(entry: URL) {
    this.#worker = new Worker(entry);
    this.#worker.on('message', (answer: ThreadAnswer) => this.#settle(answer));
    this.#worker.on('error', (error) => this.#fail(error instanceof Error ? error : new Error(String(error))));
    this.#worker.on('exit', () => this.#fail(new Error('the thread of the reference proxy ended')));
  }

  /** Nobody answers on it any more. */
  get hasFailed(): boolean {
    return this.#failure !== undefined;
  }

  ask(question: Question): Promise<Value> {
    if (this.#failure !== undefined) return Promise.reject(this.#failure);
    this.#calls += 1;
    const call = this.#calls;
    return new Promise((resolve, reject) => {
      this.#waiting.set(call, { resolve, reject });
      this.#worker.postMessage({ ...question, call });
    });
  }

  async end(): Promise<void> {
    await this.#worker.terminate();
  }

  #settle(answer: ThreadAnswer): void {
    const waiting = this.#waiting.get(answer.call);
    this.#waiting.delete(answer.call);
    if ('failure' in answer) waiting?.reject(new Error(answer.failure));
    else waiting?.resolve(answer.value);
  }

  /** The first failure counts: what comes after it is the thread's end, which says less. */
  #fail(error: Error): void {
    this.#failure ??= error;
    for (const { reject } of this.#waiting.values()) reject(error);
    this.#waiting.clear();
  }
}

/** All lines, of which each crosses the threads once: an arm asks before and after every step. */
const growing = (linesFrom: (count: number) => Promise<readonly LogLine[]>): HostedProxy['logs'] => {
  let known: readonly LogLine[] = [];
  return async () => {
    const had = known;
    const all = [...had, ...(await linesFrom(had.length))];
    // Of two that asked at the same time, the later one knows as much as the earlier one.
    if (all.length > known.length) known = all;
    return all;
  };
};

/** With so many users on each thread, another one pays for its start. A run of a few arms never comes so far. */
const crowded = 8;

/** More than two had nothing to do beside the engine. */
const mostThreads = Math.min(2, availableParallelism());

/**
 * Runs reference proxies in threads beside the engine's, so that judge and judged do not wait for each other's event loop and a run uses
 * all cores. A start goes to the thread with the fewest users, and opens another one when that is crowded. They end together, with the last
 * proxy or with what `prepare` gave. A thread that failed takes its proxies along, and gets no other.
 * @param entry the built reference-thread module
 * @param most how many threads there may be
 */
export const newThreadHost = (entry: URL, most = mostThreads): ProxyHost => {
  let threads: readonly ProxyThread[] = [];
  const open = (): ProxyThread => {
    const thread = new ProxyThread(entry);
    threads = [...threads, thread];
    return thread;
  };
  const join = (): ProxyThread => {
    const [emptiest, ...others] = threads.filter(({ hasFailed }) => !hasFailed).sort((a, b) => a.users - b.users);
    const hasRoom = emptiest !== undefined && (emptiest.users < crowded || others.length + 1 >= most);
    const thread = hasRoom ? emptiest : open();
    thread.users += 1;
    return thread;
  };
  const leave = async (left: ProxyThread): Promise<void> => {
    left.users -= 1;
    if (threads.some(({ users }) => users > 0)) return;
    const ended = threads;
    threads = [];
    await Promise.all(ended.map((thread) => thread.end()));
  };
  const hosted = (on: ProxyThread, { proxy, ...addresses }: StartedProxy, hasFile: boolean): HostedProxy => ({
    ...addresses,
    pass: async (ms) => void (await on.ask({ ask: 'pass', proxy, ms })),
    ...(hasFile && { restart: async () => void (await on.ask({ ask: 'restart', proxy })) }),
    logs: growing(async (from) => (await on.ask({ ask: 'logs', proxy, from })) as readonly LogLine[]),
    stop: async () => {
      try {
        // A thread that failed has taken its proxies along.
        if (!on.hasFailed) await on.ask({ ask: 'stop', proxy });
      } finally {
        await leave(on);
      }
    },
  });
  return {
    prepare: () => {
      const on = join();
      return () => leave(on);
    },
    start: async (start: ProxyStart) => {
      const on = join();
      try {
        return hosted(on, (await on.ask({ ask: 'start', start })) as StartedProxy, start.configPath !== undefined);
      } catch (error) {
        await leave(on);
        throw error;
      }
    },
  };
};
