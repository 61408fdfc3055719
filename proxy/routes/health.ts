import { health } from '../health.ts';
import { nothingHere } from '../nothing-here.ts';
import { defineRoute } from './route.ts';

/** The page's health check. Answers HEAD, too. */
export default defineRoute({
  id: 'health',
  method: 'GET',
  url: '/health',
  open: true,
  handle: (context, request) => {
    if (context.persona.surface.health === 'absent') throw nothingHere(request);
    return health(context);
  },
});
