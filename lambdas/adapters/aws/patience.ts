/**
 * How long a client of the SDK waits for one try before it makes the next. Left alone it waits for
 * ever, and a connection that died while its sandbox slept would hold a chat until its lease ends.
 */
export const patience = {
  requestHandler: { connectionTimeout: 1000, requestTimeout: 2000, throwOnRequestTimeout: true },
} as const;
