/** When amoCRM last took anything from us, for all sandboxes together. */
export interface CrmHealth {
  /** Notes a success, at most once a minute. */
  noteSuccess(nowMillis: number): Promise<void>;
  lastSuccessAtMillis(): Promise<number | undefined>;
}
