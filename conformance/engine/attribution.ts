import type { UpstreamCall } from '#fixtures/upstreams/mock-upstream';
import type { Play, Script } from '#fixtures/upstreams/script';
import type { FullSight } from '#scenarios/kit/sight';

import { isOurFault, isTlsFault } from '../transport/ending.ts';
import type { DirectFinding } from './differential.ts';
import type { Attribution, ExpectationRecord } from './records.ts';

/** What there is to say who is at fault for one check that did not hold. */
export interface Evidence {
  readonly record: Pick<ExpectationRecord, 'verdict' | 'side' | 'reason' | 'foretold'>;
  /** What was seen of the steps that the check reads. */
  readonly sights: readonly FullSight[];
  /** What the mocked upstream was told to do; absent in a canary, whose upstream nobody sees. */
  readonly script: Script | undefined;
  /** The target is on this machine, so nothing lies between it and us. */
  readonly nearby: boolean;
  /** What asking the upstream without the proxy showed; absent when nobody asked. */
  readonly direct: DirectFinding | undefined;
}

type Rule = (evidence: Evidence) => Attribution | undefined;

const playOf = (script: Script, call: UpstreamCall): Play | undefined => {
  try {
    return script(call);
  } catch {
    return undefined;
  }
};

/** Our probe or our check is broken: nothing is known about anybody else. */
const brokenCheck: Rule = ({ record, sights }) => {
  const unsendable = sights.find((sight) => sight.status === 0 && isOurFault(sight.errorCode));
  if (record.verdict !== 'error' && unsendable === undefined) return undefined;
  return { at: 'harness', because: record.reason ?? `the probe cannot be sent as defined (${unsendable?.errorCode ?? ''})` };
};

const noSuchRoute = 'no surface has this route';

/** The mocked upstream had nothing to play for a request that it knows the route of. */
const unscriptedUpstream: Rule = ({ sights }) => {
  const refused = sights
    .flatMap(({ upstreamCalls }) => upstreamCalls)
    .find((call) => call.refused !== undefined && call.refused !== noSuchRoute);
  return refused && { at: 'harness', because: `the mocked upstream could not play its script: ${refused.refused ?? ''}` };
};

const endingWanted = (play: Play): readonly string[] => (play.fault === undefined ? ['complete', 'reset'] : [play.fault.ending]);

const playedOtherwise = (script: Script, call: UpstreamCall): string | undefined => {
  const { receipt } = call;
  // The journal lets go of old bodies when it is full; what a script would say without one means nothing.
  const isWhole = call.bodyBytes.length > 0 || call.wireBytes === 0;
  const play = receipt && isWhole ? playOf(script, call) : undefined;
  if (receipt === undefined || play === undefined) return undefined;
  if (receipt.exchange !== play.exchange) return `it played ${receipt.exchange}, its script says ${play.exchange}`;
  const wanted = [...endingWanted(play), 'client-left'];
  return wanted.includes(receipt.ended) ? undefined : `its answer ended as ${receipt.ended}, its script says ${wanted[0] ?? ''}`;
};

/** The receipt of what the mocked upstream put on the wire is not what its script asks for. */
const misplayedUpstream: Rule = ({ sights, script }) => {
  if (script === undefined) return undefined;
  const wrong = sights.flatMap(({ upstreamCalls }) => upstreamCalls).flatMap((call) => playedOtherwise(script, call) ?? []);
  return wrong[0] === undefined ? undefined : { at: 'harness', because: `the mocked upstream did not do as scripted: ${wrong[0]}` };
};

/** No connection, or none that is secure: this says nothing about how the target behaves. */
const noConnection: Rule = ({ sights }) => {
  const refused = sights.find((sight) => sight.status === 0 && sight.end === 'refused');
  if (refused === undefined) return undefined;
  const code = refused.errorCode ?? 'refused';
  return {
    at: 'network',
    because: isTlsFault(code)
      ? `no secure connection to the target: ${code}`
      : `no connection to the target: ${code}; it is not there, or something on the way keeps us from it`,
  };
};

const noHttp = /^(?:HPE_|HTTPParserError$|UND_ERR_HEADERS_OVERFLOW$|UND_ERR_RES_CONTENT_LENGTH_MISMATCH$)/;

/** Something came back that cannot be read: whoever sent it was reached, and is not silent. */
const unreadableAnswer: Rule = ({ sights, script, nearby }) => {
  const odd = sights.find(
    ({ status, upstreamCalls, errorCode = '' }) => status === 0 && upstreamCalls.length === 0 && noHttp.test(errorCode),
  );
  if (odd === undefined) return undefined;
  const what = `what came back is no HTTP that a client can read (${odd.errorCode ?? ''})`;
  if (nearby && script !== undefined) return { at: 'proxy', because: `${what}, no upstream was asked, and no network lies between` };
  return { at: 'unknown', because: `${what}; whether the target said it, or something on the way to it, cannot be seen from here` };
};

/** A connection, and then no status line, although no upstream was waited for. */
const noStatusLine: Rule = ({ sights, script, nearby }) => {
  const silent = sights.find((sight) => sight.status === 0 && sight.upstreamCalls.length === 0 && sight.action === undefined);
  if (silent === undefined) return undefined;
  const what = `the connection ended as ${silent.end}${silent.errorCode === undefined ? '' : ` (${silent.errorCode})`} before a status line`;
  if (nearby && script !== undefined) return { at: 'proxy', because: `${what}, no upstream was asked, and no network lies between` };
  if (nearby) return { at: 'unknown', because: `${what}; whether the proxy waited for its upstream cannot be seen from here` };
  return { at: 'network', because: `${what}; the target, or something on the way to it, does not answer` };
};

/** The proxy asked for an address that no vendor has. */
const strangeAddress: Rule = ({ sights }) => {
  const lost = sights.flatMap(({ upstreamCalls }) => upstreamCalls).find((call) => call.refused === noSuchRoute);
  return lost && { at: 'proxy', because: `it asked the upstream for ${lost.method} ${lost.path}, which no upstream has` };
};

/** The mocked upstream was never asked, so what came back was made by the proxy. */
const upstreamNotAsked: Rule = ({ sights, script }) =>
  script === undefined || sights.some(({ upstreamCalls }) => upstreamCalls.length > 0)
    ? undefined
    : {
        at: 'proxy',
        because: 'the mocked upstream was never asked: what the caller got was made by the proxy, or it asks another upstream',
      };

const played = (call: UpstreamCall): string =>
  call.receipt === undefined ? 'is still answering' : `played ${call.receipt.exchange} (${call.receipt.status}, ${call.receipt.ended})`;

/** What reached the mocked upstream is what deviates; nobody but the proxy wrote it. */
const wrongQuestion: Rule = ({ record, sights, script }) => {
  if (script === undefined || record.side !== 'upstream') return undefined;
  const calls = sights.flatMap(({ upstreamCalls }) => upstreamCalls);
  const broken = calls.find((call) => call.jsonError !== undefined);
  return {
    at: 'proxy',
    because: `the upstream was asked ${calls.length === 1 ? 'once' : `${calls.length} times`}, and not as it should${broken ? ` (no JSON: ${broken.jsonError ?? ''})` : ''}`,
  };
};

/** The mocked upstream did what its script says; what is wrong was made of that by the proxy. */
const wrongAnswer: Rule = ({ sights, script }) => {
  const last = script && sights.flatMap(({ upstreamCalls }) => upstreamCalls).at(-1);
  return last && { at: 'proxy', because: `the upstream ${played(last)} as scripted, and the caller got something else` };
};

const findings: Readonly<Record<DirectFinding['kind'], (finding: DirectFinding) => Attribution>> = {
  holds: ({ note }) => ({ at: 'proxy', because: `the same check holds when the upstream is asked directly${note}` }),
  'deviates-alike': ({ note }) => ({ at: 'upstream', because: `asked directly, the upstream deviates in the same way${note}` }),
  'deviates-otherwise': ({ note }) => ({ at: 'unknown', because: `asked directly, the upstream deviates too, but otherwise${note}` }),
  'cannot-compare': ({ note }) => ({ at: 'unknown', because: `proxy or upstream: ${note}` }),
};

/** Live, only the comparison with the upstream itself can tell. */
const comparedDirectly: Rule = ({ direct }) => direct && findings[direct.kind](direct);

const notVisible: Rule = () => ({
  at: 'unknown',
  because: "proxy or upstream: only the caller's side was seen; --direct URL asks the upstream itself and compares",
});

/** The first that applies decides: what is our own fault or the network's says nothing about the proxy. */
const rules: readonly Rule[] = [
  brokenCheck,
  unscriptedUpstream,
  misplayedUpstream,
  noConnection,
  unreadableAnswer,
  noStatusLine,
  strangeAddress,
  upstreamNotAsked,
  wrongQuestion,
  wrongAnswer,
  comparedDirectly,
  notVisible,
];

const isSilence = ({ verdict, reason }: Evidence['record']): boolean =>
  verdict === 'inconclusive' && reason?.startsWith('no-answer') === true;

const callsForOne = (record: Evidence['record']): boolean =>
  (record.verdict === 'fail' && record.foretold !== true) ||
  record.verdict === 'error' ||
  record.verdict === 'unreachable' ||
  isSilence(record);

/**
 * Who is at fault for a check that did not hold, with the fact that shows it; `undefined` for a check that held, was foretold to deviate,
 * or was not judged for a reason of its own. `unknown` where what was seen cannot tell. Pure.
 */
export const attributionOf = (evidence: Evidence): Attribution | undefined => {
  if (!callsForOne(evidence.record)) return undefined;
  for (const rule of rules) {
    const attribution = rule(evidence);
    if (attribution !== undefined) return attribution;
  }
  return undefined;
};
