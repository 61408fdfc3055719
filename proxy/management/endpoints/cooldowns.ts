import { resetCooldowns, routingState } from '../../routing/routing.ts';
import { mappingBody } from '../changes.ts';
import { defineManagementRoute } from '../management-route.ts';

/** What is out of service and until when; DELETE ends all of it, or with `{"credential": "id"}` that of one credential. */
export default defineManagementRoute({
  id: 'cooldowns',
  path: 'cooldowns',
  methods: {
    GET: ({ routing }) => routingState(routing),
    DELETE: ({ routing }, request) => {
      const credential = request.text === '' ? undefined : mappingBody(request).credential;
      return { status: 'ok', ended: resetCooldowns(routing, typeof credential === 'string' ? credential : undefined) };
    },
  },
});
