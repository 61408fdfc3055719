/** The machine lacks what a ground needs. What was to run on it is reported as not run, with this message. */
export class CannotPrepare extends Error {
  override readonly name = 'CannotPrepare';
}
