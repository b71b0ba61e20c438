/**
 * The service level objective of a bridge: the share of requests that its public address answers
 * without a fault of its own. Availability is 1 - 5xx ÷ (2xx + 5xx) over these days, from the metrics
 * `5xx`, `4xx` and `Count` of `AWS/ApiGateway` with the dimension `ApiId`. An HTTP API has no metric
 * for 2xx; it is `Count` - `4xx` - `5xx`, because the webhooks answer with no 1xx or 3xx.
 */
export const objective = { availability: 0.999, days: 28 } as const;
