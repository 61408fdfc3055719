import { nothingHere } from '../nothing-here.ts';
import { defineRoute } from './route.ts';

/** What some builds say of themselves (sheets 1.2, S7); else there is nothing here. */
export default defineRoute({
  id: 'root',
  method: 'GET',
  url: '/',
  open: true,
  handle: ({ persona }, request) => {
    if (persona.surface.root === 'absent') throw nothingHere(request);
    return {
      message: 'CLI Proxy API Server',
      endpoints: ['POST /v1/chat/completions', 'POST /v1/completions', 'GET /v1/models'],
    };
  },
});
