import { around } from '../around-program.ts';
import { defineDefect } from '../defect.ts';

export default defineDefect({
  id: 'success-is-said-before-the-bind',
  about: 'the line of success is printed whether or not the port could be had',
  seenIn: 'sheet X1, false success line: after a pause of 100 ms; CPA#1715',
  program: around(`
console.log('API server started successfully on: 127.0.0.1:1');
run();
`),
});
