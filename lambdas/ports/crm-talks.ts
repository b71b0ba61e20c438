/** A talk with operators, as the CRM's interface shows it. */
export type Talk = {
  readonly talkId: number;
  /** False once an operator has closed it. */
  readonly isOpen: boolean;
  /** To the second; of a closed talk, the earliest moment at which it was surely closed. */
  readonly changedAtMillis: number;
};

/** Talks of the CRM. Methods may throw TransientFailure or PermanentFailure. */
export interface CrmTalks {
  /** False while no API token is set: then no other method may be called. */
  isAvailable(): Promise<boolean>;
  /** The newest talk of a chat in which somebody has written since then; undefined when none is known. */
  newest(amojoChatId: string, sinceMillis: number): Promise<Talk | undefined>;
}
