import { exchange } from '#fixtures/catalogue';
import { isEventStreamType } from '#fixtures/event-stream-type';
import type { Exchange } from '#fixtures/exchange';
import type { MockUpstream } from '#fixtures/upstreams/mock-upstream';
import type { Play, Script } from '#fixtures/upstreams/script';
import { startMockUpstream } from '#fixtures/upstreams/serve';

import type { Sample } from '../sample.ts';

/** `completions`, `messages`, `generateContent`: what the last part of a path asks for. */
const endpointOf = (path: string): string => /[^/:]*$/.exec(path.replace(/\?.*$/s, ''))?.[0] ?? '';

const isStream = ({ response }: Exchange): boolean => isEventStreamType(response.headers['content-type']);

/** Changes of the answer itself would not be its own any more. */
const isPlain = ({ made, fault, dribble, wire, untilSeen, silentUntilSeen }: Play): boolean =>
  [made, fault, dribble, wire, untilSeen, silentUntilSeen].every((part) => part === undefined);

/** Whether a play is an answer of the sample's kind, so that another one of that kind can be played in its place. */
export const isOfKind = (play: Play, { surface, status, body, request }: Sample): boolean => {
  if (!isPlain(play)) return false;
  const played = exchange(play.exchange);
  return (
    played.dialect === surface &&
    played.response.status === status &&
    isStream(played) === (body.form === 'events') &&
    endpointOf(played.request.path) === endpointOf(request.path)
  );
};

/** Mocked upstreams that play one exchange wherever a script plays an answer of the sample's kind. */
export const startStandIn = async (kind: Sample, made: Exchange, options: { readonly port?: number }): Promise<MockUpstream> => {
  const upstream = await startMockUpstream(options);
  const standingIn =
    (script: Script): Script =>
    (request) => {
      const play = script(request);
      return isOfKind(play, kind) ? { ...play, made } : play;
    };
  return { ...upstream, script: (token, script) => upstream.script(token, standingIn(script)) };
};
