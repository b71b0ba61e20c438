/** Whose contacts are being made under which name, for a few minutes; all sandboxes share it. */
export interface ContactMarks {
  /** To be called before every creation of a contact: by it others see that one may come up. */
  mark(name: string, conversationId: string, nowMillis: number): Promise<void>;
  /**
   * Since when no other conversation than this has been making contacts of that name; undefined where
   * another has, or where that is not known any more.
   */
  aloneSinceMillis(name: string, conversationId: string): Promise<number | undefined>;
}
