import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { upstreamModel } from './traffic.ts';

/** Where a gateway is to listen and what is behind it. */
export interface Place {
  readonly root: string;
  readonly scratchDir: string;
  readonly port: number;
  readonly upstreamUrl: string;
}

export type ClientDialect = 'openai-chat' | 'anthropic-messages';

/** A server between load and upstream. */
export interface Gateway {
  readonly name: string;
  readonly label: string;
  /** What a client of it asks for. */
  readonly model: string;
  /** What the upstream must then be asked for. */
  readonly upstreamModel: string;
  /** Every request that reaches the upstream must hold this in its head. */
  readonly upstreamHeadHolds: string;
  /** What clients of it send beside the content type. */
  readonly headers: (place: Place) => Readonly<Record<string, string>>;
  /** The command that starts it; writes the files that it needs. */
  readonly command: (place: Place) => readonly string[];
  /** Answers in the client's dialect although the upstream speaks another. */
  readonly translates: boolean;
  /** Values that it makes up for every answer. */
  readonly madeUp?: RegExp;
}

export const clientKey = 'bench-client-key';
const upstreamKey = 'bench-upstream-key';
const bearer = (key: string) => ({ authorization: `Bearer ${key}` });

const program = ({ root }: Place, name: string): string => join(root, 'bench', 'gateway', name);

const floor = (kind: 'pipe' | 'parse', label: string): Gateway => ({
  name: `floor-${kind}`,
  label,
  model: upstreamModel,
  upstreamModel,
  upstreamHeadHolds: `Bearer ${upstreamKey}`,
  headers: () => bearer(upstreamKey),
  command: (place) => ['node', program(place, 'floor.mjs'), kind, String(place.port), place.upstreamUrl],
  translates: false,
});

/** Fastify + hijack + undici Pool.dispatch; bytes in, bytes out. */
export const pipeFloor = floor('pipe', 'floor: fastify + hijack + Pool.dispatch');
/** The same server with JSON.parse and JSON.stringify of both bodies. */
export const parseFloor = floor('parse', 'floor: the same + JSON.parse + stringify both ways');

/** What clients ask the reference proxy for. */
export const alias = 'bench-model';

/** The configuration of the reference proxy: a client's key, an alias, usage counted (as by default). `others` more models in the inventory. */
export const wireproofConfig = (place: Place, others = 0): unknown => ({
  host: '127.0.0.1',
  port: place.port,
  'api-keys': [clientKey],
  'usage-statistics-enabled': true,
  'openai-compatibility': [
    {
      name: 'bench',
      'base-url': `${place.upstreamUrl}/v1`,
      'api-key-entries': [{ 'api-key': upstreamKey }],
      models: [
        ...Array.from({ length: others }, (_, number) => ({ name: `other-model-${number}`, alias: `other-alias-${number}` })),
        { name: upstreamModel, alias },
      ],
    },
  ],
});

/** The reference proxy as people start it. */
export const wireproof = (others = 0): Gateway => ({
  name: 'wireproof',
  label: others === 0 ? 'wireproof' : `wireproof with ${others + 1} models`,
  model: alias,
  upstreamModel,
  upstreamHeadHolds: `Bearer ${upstreamKey}`,
  headers: () => bearer(clientKey),
  command: (place) => {
    const config = join(place.scratchDir, `wireproof-${place.port}.yaml`);
    writeFileSync(config, JSON.stringify(wireproofConfig(place, others)));
    return ['node', join(place.root, 'dist', 'conformance', 'cli', 'main.js'), 'proxy', '--config', config];
  },
  translates: true,
});

export const portkeyPackage = { name: '@portkey-ai/gateway', version: '1.15.2' } as const;
export const llmsPackage = { name: '@musistudio/llms', version: '1.0.53' } as const;

/** Neither asks clients for a key nor renames models: what it is told goes by headers. */
export const portkey = (folder: string): Gateway => ({
  name: 'portkey',
  label: `${portkeyPackage.name} ${portkeyPackage.version}`,
  model: upstreamModel,
  upstreamModel,
  upstreamHeadHolds: `Bearer ${upstreamKey}`,
  headers: ({ upstreamUrl }) => ({
    ...bearer(upstreamKey),
    'x-portkey-provider': 'openai',
    'x-portkey-custom-host': `${upstreamUrl}/v1`,
  }),
  command: ({ port }) => ['node', join(folder, 'build', 'start-server.js'), `--port=${port}`, '--headless'],
  translates: false,
});

/** Takes `provider,model` as the model. */
export const llms = (folder: string): Gateway => ({
  name: 'llms',
  label: `${llmsPackage.name} ${llmsPackage.version}`,
  model: `bench,${upstreamModel}`,
  upstreamModel,
  upstreamHeadHolds: `Bearer ${upstreamKey}`,
  headers: () => bearer(clientKey),
  command: (place) => ['node', program(place, 'llms-host.mjs'), folder, String(place.port), place.upstreamUrl, upstreamModel],
  translates: true,
  madeUp: /(?<="id":"msg_)\d+/g,
});
