import { defineDefect, refuse, textOf } from '../defect.ts';

export default defineDefect({
  id: 'reasoning-suffix-is-sent-upstream',
  about: 'A suffix that steers reasoning is taken for a part of the model’s name',
  seenIn: 'sheets R8 (e) 7 and R9 (e) 11',
  front: (message, passOn) =>
    /\(high\)/.test(`${message.path} ${textOf(message)}`) ? Promise.resolve(refuse(message, 404, 'model not found')) : passOn(message),
});
