import { surfaceOf } from '../../record/surface-of.ts';
import { whyLost } from '../../record/why-lost.ts';
import type { BaselineItem } from './baseline-item.ts';

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

/** Why a request of the baseline cannot be asked again, whatever the upstream; undefined where it can. */
export const whyUnasked = (item: BaselineItem): string | undefined => whyByNature(item) ?? whyByEffect(item) ?? whyLost(item.redacted);
