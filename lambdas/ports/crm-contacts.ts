/** Contacts of the CRM. Methods may throw TransientFailure or PermanentFailure. */
export interface CrmContacts {
  /** False while no API token is set: then no other method may be called. */
  isAvailable(): Promise<boolean>;
  /** `phone` is E.164, here and below. */
  create(contact: { name: string; requestId: string; phone?: string }): Promise<number>;
  /** Contacts of this very name, made since then and in no chat; two at most, more say no more. */
  findRecent(name: string, sinceMillis: number): Promise<readonly number[]>;
  /** The contact that has this number, however it is written there; of several the oldest. */
  findByPhone(phone: string): Promise<number | undefined>;
  /** Adds a number to those of a contact, unless it is there. */
  addPhone(contactId: number, phone: string): Promise<void>;
  /** Gives a chat its contact, in place of the one it had. */
  linkChat(contactId: number, amojoChatId: string): Promise<void>;
  /** The contact that a chat has now. */
  contactOf(amojoChatId: string): Promise<number | undefined>;
}
