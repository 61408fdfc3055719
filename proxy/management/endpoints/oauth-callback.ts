import { ProxyError } from '../../errors.ts';
import { defineManagementRoute } from '../management-route.ts';

const refuse = (message: string): never => {
  throw new ProxyError('invalid-request', message, { data: { status: 'error' } });
};

/**
 * Where the page's product takes back the browser of an OAuth login; this proxy starts none. It answers without a key, so that one can
 * find out whether the management API is switched on without showing one and without counting as a failed try (sheet X2 f).
 */
export default defineManagementRoute({
  id: 'oauth-callback',
  path: 'oauth-callback',
  isOpen: true,
  methods: {
    GET: (_context, { query: { state = '' } }) => refuse(state === '' ? 'state is required' : 'unknown or expired state'),
  },
});
