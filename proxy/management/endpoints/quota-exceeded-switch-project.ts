import { scalarEndpoint } from '../scalar.ts';

export default scalarEndpoint('quota-exceeded-switch-project', ['quota-exceeded', 'switch-project']);
