import { expect, it } from 'vitest';

import { hotAreas, hotPlaces } from './profile.ts';

const frame = (functionName: string, url: string, lineNumber: number) => ({ functionName, url, lineNumber });
const profile = {
  nodes: [
    { id: 1, callFrame: frame('(idle)', '', -1) },
    { id: 2, callFrame: frame('relay', 'file:///home/x/dist/proxy/app.js', 9) },
    { id: 3, callFrame: frame('', 'file:///home/x/node_modules/undici/lib/a.js', 0) },
    { id: 4, callFrame: frame('relay', 'file:///home/x/dist/proxy/app.js', 9) },
    { id: 6, callFrame: frame('(program)', '', -1) },
    { id: 5, callFrame: frame('(garbage collector)', '', -1) },
  ],
  startTime: 1_000,
  samples: [2, 1, 3, 4, 2, 5, 6],
  timeDeltas: [100, 100, 30, 40, 20, 10, 100],
};

it('adds up the time of each function, without the idle time and what was before', () => {
  expect(hotPlaces(profile, 1_101, 2)).toEqual([
    { name: 'relay', where: 'proxy/app.js:10', share: 0.6 },
    { name: '(anonymous)', where: 'undici/lib/a.js:1', share: 0.3 },
  ]);
  expect(hotPlaces(profile, 1_101, 9).at(-1)).toEqual({ name: '(garbage collector)', where: '', share: 0.1 });
  expect(hotPlaces(profile, 0, 1)).toEqual([{ name: 'relay', where: 'proxy/app.js:10', share: 0.8 }]);
});

it('adds the same up by folder and package', () => {
  expect(hotAreas(profile, 1_101)).toEqual([
    { area: '(program)', share: 0.5 },
    { area: 'proxy/app.js', share: 0.3 },
    { area: 'undici', share: 0.15 },
    { area: '(garbage collector)', share: 0.05 },
  ]);
});
