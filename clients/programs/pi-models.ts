import type { Aim } from '../client.ts';

/** pi's own file of providers. @param path behind the proxy's origin, as the API wants it */
export const piModels = ({ url, key, model }: Aim, api: string, path: string): Readonly<Record<string, string>> => {
  const described = {
    id: model,
    name: model,
    reasoning: false,
    input: ['text'],
    cost: { input: 0, output: 0, cacheRead: 0, cacheWrite: 0 },
    contextWindow: 128_000,
    maxTokens: 4_096,
  };
  const wireproof = { baseUrl: `${url}${path}`, apiKey: key, api, models: [described] };
  return { '.pi/agent/models.json': JSON.stringify({ providers: { wireproof } }) };
};
