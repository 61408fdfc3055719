import { scalarEndpoint } from '../scalar.ts';

export default scalarEndpoint('routing-strategy', ['routing', 'strategy']);
