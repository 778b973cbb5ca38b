/** What a move is asked for, in the words of the command line. */
export interface MoveRequest {
  /** A data folder, `postgres://…`, `env` or `@file`. */
  from: string;
  /** Likewise; absent: an abort that knows no target. */
  to?: string;
  fromSchema?: string;
  toSchema?: string;
  /** Whether a move that was begun is given up. */
  abort?: boolean;
}

/** Who watches a move. */
export interface MoveWatch {
  onProgress(progress: MoveProgress): void;
  /** Says what is to be known besides. */
  remark(line: string): void;
  /** Breaks it off when it is aborted. */
  signal: AbortSignal;
}

/** How far a move is. */
export interface MoveProgress {
  /** What it brings over now. */
  what: string;
  /** Rows of all kinds that are there. */
  done: number;
  /** Rows of all kinds that there are. */
  total: number;
}

/** What a move has brought over of one kind. */
export interface MovedRows {
  /** In words: `open deliveries`. */
  what: string;
  rows: number;
}

/** What became of a move. */
export interface MoveReport {
  /** The two places, for people; without passwords. */
  from: string;
  to: string | null;
  /** Empty after an abort. */
  moved: MovedRows[];
}
