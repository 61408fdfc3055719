import { scalarEndpoint } from '../scalar.ts';

export default scalarEndpoint('usage-statistics-enabled', ['usage-statistics-enabled']);
