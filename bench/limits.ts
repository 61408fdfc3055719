/** Why a goal is missed: what a profile has shown, and what the limit is. */
export interface Limit {
  /** What the goal's `what` begins with. */
  readonly of: string;
  readonly why: string;
}

const exchange =
  'Taken apart under load, in CPU time per request of 1 KB: the floor takes 47 µs, this server with its key check and a bare pipe behind it 55 µs. The rest is the exchange, and ' +
  'it is flat: no function of it has more than 2 %. Reading the request and choosing who is asked, preparing the call, the remedies, reading the answer until it is known to be one, ' +
  'the log line, five tables of metrics and the ledger are about a hundred small functions that each run once. What would be left to gain is a second, shorter relay for ' +
  'requests that need none of this, and two relays would have to be kept equal.';

const peers =
  'The floor itself is about 16 times as fast as Portkey and 9 times as fast as llms here, so that these goals ask for nine tenths of the floor.';

const bytes =
  'Every byte is checked as JSON.parse would, so that what is routed is what is passed on; in JavaScript that costs 1.3 ns a byte, 0.3 ms of 250 KB. The floor looks at no byte. ' +
  'Vector instructions (WebAssembly) would check faster, at the price of another language to build and trust.';

const translation =
  'The floor parses and stringifies once. A translation parses, decodes into the neutral conversation, encodes it, stringifies, and does the same with the answer: at 250 KB ' +
  'that is twice the floor, at 1 KB it is the exchange that counts.';

const events =
  'A burst of 100 events is one read for the floor. Here each event of a translated stream is found, parsed, decoded and encoded, and of a stream that is passed on is matched by a ' +
  'pattern; the exchange around them is dearer than the events.';

const starting =
  'A start loads the schema of the configuration, four dialects, ten channels and their remedies: 0.35 s of reading modules. One bundled file would halve it.';

/** Told below the goals, and only where one of them is missed. Taken from `npm run bench -- --profile TRAFFIC` and from runs with parts taken out. */
export const limits: readonly Limit[] = [
  { of: 'Chat Completions to Chat Completions, request of 1 KB', why: `${exchange} ${peers}` },
  { of: 'Chat Completions to Chat Completions, request of 250 KB', why: bytes },
  { of: 'Messages to Chat Completions with tools', why: translation },
  { of: 'Chat Completions to Chat Completions, a stream of 100 events at once', why: events },
  { of: 'Messages to Chat Completions, a stream of 100 events at once', why: events },
  {
    of: '200 streams at once',
    why: 'All 200 begin together, which is 200 exchanges at once; memory is what the modules take when they are loaded, and stays (see the memory per further stream).',
  },
  { of: 'proxy: start to first answer', why: starting },
  {
    of: 'full run after start',
    why: 'One thread runs the reference proxy, one sends and judges; what is left is the work of each, and scenarios that start programs or make a disk.',
  },
  { of: 'start to first result', why: starting },
  { of: '`wireproof run --row 3` from the shell', why: starting },
];

/** The reasons for these goals that were missed, each once. */
export const limitsOf = (missed: readonly string[], known: readonly Limit[] = limits): readonly Limit[] =>
  known.filter(({ of }) => missed.some((what) => what.startsWith(of)));
