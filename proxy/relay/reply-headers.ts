/** Headers of an answer to the client: lower-case names. */
export type ReplyHeaders = Readonly<Record<string, string>>;
