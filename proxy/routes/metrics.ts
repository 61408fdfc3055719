import { nothingHere } from '../nothing-here.ts';
import { defineRoute } from './route.ts';

/** Prometheus' text format. Model and provider names are in it, so it asks for a client key like everything that is not liveness. */
export default defineRoute({
  id: 'metrics',
  method: 'GET',
  url: '/metrics',
  open: ({ surface }) => surface.prometheus === 'absent',
  handle: async ({ metrics, persona }, request, reply) => {
    if (persona.surface.prometheus === 'absent') throw nothingHere(request);
    const { contentType, body } = await metrics.text();
    return reply.header('content-type', contentType).send(body);
  },
});
