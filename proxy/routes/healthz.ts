import { health } from '../health.ts';
import { nothingHere } from '../nothing-here.ts';
import { defineRoute } from './route.ts';

/** The health check of the builds (sheet 1.2). Answers HEAD, too. */
export default defineRoute({
  id: 'healthz',
  method: 'GET',
  url: '/healthz',
  open: true,
  handle: (context, request) => {
    const { healthz } = context.persona.surface;
    if (healthz === 'absent') throw nothingHere(request);
    return healthz === 'full' ? health(context) : { status: 'ok' };
  },
});
