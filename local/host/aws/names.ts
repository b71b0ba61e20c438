/** The account and region that the host simulates. */
export const accountId = "000000000000";
export const region = "us-east-1";

/** The ARN of a resource in the simulated account and region. */
export function arnOf(service: string, resource: string): string {
  return `arn:aws:${service}:${region}:${accountId}:${resource}`;
}
