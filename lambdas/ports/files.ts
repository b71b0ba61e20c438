/** A file that is being read. Whoever opened it reads it to the end or destroys it. */
export type OpenedFile = {
  readonly body: AsyncIterable<Uint8Array>;
  readonly sizeBytes: number | undefined;
  readonly contentType: string | undefined;
};

/** The files of customers, by the messenger's names. Methods may throw Transient- and PermanentFailure. */
export interface CustomerFiles {
  /**
   * Throws PermanentFailure "file-too-large" for one that the messenger does not hand out. What is not
   * read within that time fails as any download that is broken off.
   */
  open(fileId: string, withinMillis?: number): Promise<OpenedFile>;
  /** The customer's picture: a name for `open`, or undefined without one. */
  profilePhoto(customerChatId: string): Promise<string | undefined>;
}

/** The files that operators attach. */
export interface OperatorFiles {
  /**
   * Opens an attachment by its address. Throws PermanentFailure "attachment-unavailable" for one
   * that is gone or lies where the bridge does not fetch from, and TransientFailure when it does
   * not answer.
   */
  open(address: string): Promise<OpenedFile>;
}

/** Where customers' files wait to be fetched by amoCRM. */
export interface MediaStore {
  /** Keeps a file under a path that nobody can guess, and answers the path. */
  keep(file: OpenedFile & { readonly fileName: string | undefined }): Promise<string>;
  /** The public address of a kept file. */
  addressOf(path: string): string;
}

/** What the first bytes of a file say of it. */
export type FileFacts = {
  /** In a form that voice messages may have. */
  readonly isVoice: boolean;
  /** MPEG-4, whose brand does not always say whether there is more than sound in it. */
  readonly isMp4?: true;
  readonly picture?: { readonly width: number; readonly height: number };
};

/** Looks at the beginning of a file, 64 KB at most. */
export type Inspect = (head: Uint8Array) => FileFacts;
