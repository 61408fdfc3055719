import { surfaceOf } from '../../record/surface-of.ts';
import type { BaselineItem } from './baseline-item.ts';

type Redaction = BaselineItem['redacted'][number];

/** Statuses that tell how an upstream is at the moment, not what it says to a request. */
export const isOfTheMoment = (status: number): boolean => status === 408 || status === 429 || status >= 500;

/** Statuses that are about who asks. */
export const isAboutTheKey = (status: number): boolean => status === 401 || status === 403;

/** POSTs outside of the surfaces that cost and change nothing. */
const harmlessPost = /\/(?:embeddings|moderations)(?:\?|$)/;

/** Objects that an upstream made for one caller and forgets: `/responses/resp_0123…`. */
const objectInPath = /\/(?:resp|file|batch|msgbatch|conv|run|thread|asst|vs|job)[_-][A-Za-z0-9_-]{8,}/;
const objectInBody =
  /"(?:previous_response_id|conversation|file_id|file_uri|fileUri|cachedContent|container)"\s*:\s*["{]|"type"\s*:\s*"item_reference"/;

const whyByNature = ({ socket, status, deviates }: BaselineItem): string | undefined => {
  if (socket) return 'a WebSocket, which is not asked again';
  if (status === undefined) return 'it had no answer';
  if (deviates) return 'it breaks rules on purpose';
  if (isOfTheMoment(status)) return `its ${status} is of its moment: the same request is answered otherwise now`;
  return isAboutTheKey(status) ? `its ${status} is about the key it was asked with` : undefined;
};

const whyByEffect = ({ request, surface }: BaselineItem): string | undefined => {
  const { method, target, body } = request;
  const reads = method === 'GET' || method === 'HEAD';
  const harmless = method === 'POST' && (surface !== undefined || surfaceOf(target) !== undefined || harmlessPost.test(target));
  if (!reads && !harmless) return `${method} may change something there`;
  if (objectInPath.test(target) || (body !== undefined && objectInBody.test(body.toString('latin1'))))
    return 'it names an object that the upstream kept for its caller';
  return undefined;
};

/** A key is known to whoever asks again, and fields are written anew. */
const isLost = ({ path, kind }: Redaction): boolean =>
  path.startsWith('request.') && !path.startsWith('request.fields.') && !(path.startsWith('request.query.') && kind === 'credential');

/** What was redacted of a request so that it cannot be asked again; undefined where nothing was. What was redacted of an answer does not matter. */
export const whyLost = (redacted: readonly Redaction[]): string | undefined => {
  const lost = redacted.find(isLost);
  if (lost === undefined) return undefined;
  return lost.kind === 'content' ? 'what was said is not in the recording (--drop-content)' : `its ${lost.path} is redacted (${lost.kind})`;
};

/** Why a request of the baseline cannot be asked again, whatever the upstream; undefined where it can. */
export const whyUnasked = (item: BaselineItem): string | undefined => whyByNature(item) ?? whyByEffect(item) ?? whyLost(item.redacted);
