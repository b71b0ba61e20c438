/** True for a host other than those that AWS gives every API and every distribution. */
export function isOwnDomain(host: string): boolean {
  return !/\.(execute-api\.[a-z0-9-]+\.amazonaws\.com(\.cn)?|cloudfront\.net)$/.test(host);
}
