import { ProxyError } from '../../errors.ts';
import { resetCooldowns } from '../../routing/routing.ts';
import { mappingBody } from '../changes.ts';
import { defineManagementRoute } from '../management-route.ts';

/** Ends the cooldowns of one credential, named by its id, under the name that the page's product has for it (sheet X3 d). */
export default defineManagementRoute({
  id: 'reset-quota',
  path: 'reset-quota',
  methods: {
    POST: ({ routing }, request) => {
      const { auth_index: given, credential = given } = mappingBody(request);
      if (typeof credential !== 'string' || credential === '')
        throw new ProxyError('invalid-request', 'invalid body: expected the id of a credential as "credential" or "auth_index"');
      return { status: 'ok', auth_index: credential, ended: resetCooldowns(routing, credential) };
    },
  },
});
