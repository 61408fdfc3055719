import { scalarEndpoint } from '../scalar.ts';

export default scalarEndpoint('ws-auth', ['ws-auth']);
