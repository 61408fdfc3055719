import type { Table } from '../measure.ts';
import type { Cell } from './cell.ts';
import { type HotArea, hotAreas } from './profile.ts';
import type { Profiled } from './profiled.ts';

/** Parts below this share of the time, in both servers, are told as one. */
const leastShare = 0.01;

const names: Readonly<Record<string, string>> = {
  node: "Node's own JavaScript",
  natives: 'native functions called from JavaScript (writes to sockets, buffers, regular expressions)',
  '(program)': 'native code by itself (HTTP parser, reads of sockets, event loop)',
  '(garbage collector)': 'garbage collector',
  'wasm:': "undici's HTTP parser (WebAssembly)",
  // Outside of dist/ and of all packages there is only the floor itself.
  '': "the program's own code",
};

const shareOf = (areas: readonly HotArea[], area: string): number => areas.find((one) => one.area === area)?.share ?? 0;

/** Self time by part of a server and of its floor, side by side in CPU time per answer. */
export const areaTable = ({ caption, connections }: Pick<Cell, 'caption' | 'connections'>, ours: Profiled, floor: Profiled): Table => {
  const [own, theirs] = [ours, floor].map(({ profile, since }) => hotAreas(profile, since)) as [readonly HotArea[], readonly HotArea[]];
  const areas = [...new Set([...own, ...theirs].map(({ area }) => area))];
  const told = areas.filter((area) => Math.max(shareOf(own, area), shareOf(theirs, area)) >= leastShare);
  const micros = ({ perAnswer }: Profiled, share: number): string => (share * perAnswer).toFixed(1);
  const row = (name: string, share: number, floorShare: number): readonly string[] => [
    name,
    micros(ours, share),
    `${(share * 100).toFixed(1)} %`,
    micros(floor, floorShare),
  ];
  const sum = (all: readonly HotArea[], of: readonly string[]): number => of.reduce((before, area) => before + shareOf(all, area), 0);
  return {
    caption: `${caption}, ${connections} connections: CPU time by part, callees left out, with the profiler on (${ours.answers} answers; the floor: ${floor.answers})`,
    head: ['part', 'wireproof: µs per answer', 'share', 'the floor: µs per answer'],
    rows: [
      ...told.map((area) => row(names[area] ?? area, shareOf(own, area), shareOf(theirs, area))),
      row('the rest', 1 - sum(own, told), 1 - sum(theirs, told)),
      row('**all**', 1, 1),
      row('of all, in the kernel', ours.inKernel, floor.inKernel),
    ],
  };
};
