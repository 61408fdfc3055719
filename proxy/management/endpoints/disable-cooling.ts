import { scalarEndpoint } from '../scalar.ts';

export default scalarEndpoint('disable-cooling', ['disable-cooling']);
