/** Why a goal is missed: what a profile has shown, and what the limit is. */
export interface Limit {
  /** What the goal's `what` begins with. */
  readonly of: string;
  readonly why: string;
}

const exchange =
  'Taken apart by leaving parts out, in CPU time per request of 1 KB: the floor takes 47 µs, this server with its key check and a bare pipe behind it 55 µs, an exchange run again and ' +
  'again without sockets 25 µs, and all together about 120 µs. The difference is what two hundred functions cost that find the caches full of what came before; ' +
  'no function but the writes has more than 2 %. By the sampler of the kernel a quarter of the time is compiled JavaScript, a fifth V8 built-ins, a fifth the kernel, ' +
  'and a third native code of Node and V8, garbage collection among it. Beginning and answering side by side (ADR 10) took a third off. What would be left to gain is to do less per request: a log ' +
  'line, five tables of metrics, the ledger, the remedies, and a look at the answer before it is called one.';

const peers =
  'The floor itself is about 16 times as fast as Portkey and 9 times as fast as llms here, so that these goals ask for nine tenths of the floor.';

const bytes =
  'Every byte is checked as JSON.parse would, so that what is routed is what is passed on; in JavaScript that costs 1.3 ns a byte, 0.3 ms of 250 KB. The floor looks at no byte. ' +
  'Vector instructions (WebAssembly) would check faster, at the price of another language to build and trust.';

const translation =
  'The floor parses and stringifies once. A translation parses, decodes into the neutral conversation, encodes it, stringifies, and does the same with the answer: at 250 KB ' +
  'that is twice the floor, at 1 KB it is the exchange that counts.';

const events =
  'What came of a burst in one turn is looked at and written once, so that of a stream which is passed on the exchange around the events is what it costs more than the floor. ' +
  'Of a translated stream each event is found, parsed, decoded and encoded.';

const starting =
  'A start loads the schema of the configuration, four dialects, ten channels and their remedies. Joined into few files (ADR 9) that takes half of what six hundred modules took; what is left is ' +
  'compiling that code and building its schemas, for which Node 20 has no cache.';

const row3 = 'Row 3 alone is some 770 checks over all pairs of dialects: two thirds of its time are their work, not the start.';

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
  { of: '`wireproof run --row 3` from the shell', why: row3 },
];

/** The reasons for these goals that were missed, each once. */
export const limitsOf = (missed: readonly string[], known: readonly Limit[] = limits): readonly Limit[] =>
  known.filter(({ of }) => missed.some((what) => what.startsWith(of)));
