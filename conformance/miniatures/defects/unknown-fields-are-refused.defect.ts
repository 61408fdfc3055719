import { defineDefect, refuse, textOf } from '../defect.ts';

export default defineDefect({
  id: 'unknown-fields-are-refused',
  about: 'A request with a field that is newer than the proxy is refused',
  seenIn: 'new-api#6645 and #6707: strict schemas at the entrance',
  front: (message, passOn) => {
    const unknown = /"(\w*unknown\w*)"\s*:/.exec(textOf(message))?.[1];
    return unknown === undefined ? passOn(message) : Promise.resolve(refuse(message, 400, `${unknown}: Extra inputs are not permitted`));
  },
});
