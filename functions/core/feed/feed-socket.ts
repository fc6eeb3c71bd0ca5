/**
 * The socket that the real-time feed comes over, as the feed's session sees it.
 */

/** One frame as it came off the wire. */
export type RawFrame = {
  /** The text; of a binary frame, nothing. */
  readonly text: string;
  readonly isBinary: boolean;
  readonly bytes: number;
};

/** How a socket came to its end. Never holds an address or a text of the other side's: both may hold the token. */
export type Ending =
  /** The server closed it, or it broke off without a close frame (1006). */
  | { readonly kind: 'closed'; readonly code: number }
  /** The upgrade was answered with another status than 101. */
  | { readonly kind: 'refused'; readonly status: number; readonly retryAfterMs?: number | undefined }
  /** It never opened: no route, no TLS, no answer. `cause` is Node's code. */
  | { readonly kind: 'unreachable'; readonly cause: string }
  /** We closed it with this code because a frame breaks the protocol or is too large. */
  | { readonly kind: 'broken'; readonly code: number }
  /** It looked open, and nothing came within the time for a pong. */
  | { readonly kind: 'zombie' }
  /** We ended it because we were told to. */
  | { readonly kind: 'ours' };

/** What a socket tells. `ended` comes exactly once, and nothing after it. */
export type SocketEvents = {
  opened(): void;
  frame(frame: RawFrame): void;
  /** Something came that is no frame with content: a ping or pong of the protocol itself. */
  alive(): void;
  ended(ending: Ending): void;
};

/** A socket of the feed. Each method may be called at any time; after the end none has an effect. */
export type FeedSocket = {
  send(text: string): void;
  /** Stops reading; TCP then slows the server down. What has been read already still comes. */
  pause(): void;
  resume(): void;
  /** Starts the closing handshake. */
  close(code: number): void;
  /** Cuts the connection; its end is told nevertheless. */
  terminate(): void;
};

/** Opens a socket with this token. Tells its events later, never before it returns. */
export type OpenSocket = (token: string, events: SocketEvents) => FeedSocket;
