/**
 * What a client of the SDK in a function of ours does otherwise than left alone. A try ends after a
 * while, and the next one is made: left alone it waits for ever, and a connection that died while its
 * sandbox slept would hold a chat until its lease ends. And what a request passes through is put
 * together once for each command and not for each request, for a tenth of the sender's processor time.
 * @see https://github.com/aws/aws-sdk-js-v3/issues/6423
 */
export const clientSettings = {
  requestHandler: { connectionTimeout: 1000, requestTimeout: 2000, throwOnRequestTimeout: true },
  cacheMiddleware: true,
} as const;
