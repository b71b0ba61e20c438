export const handler = async (_event: unknown) => ({ batchItemFailures: [] });
