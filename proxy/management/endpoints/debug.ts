import { scalarEndpoint } from '../scalar.ts';

export default scalarEndpoint('debug', ['debug']);
