import * as z from 'zod';
import type { TicketComments } from '#core/tickets/ticket-export.ts';
import { ZendeskMalformedError } from './errors.ts';
import { mergedWith, wireTime, wireVia } from './ticket-wire.ts';

/** Only what we go by: `metadata.system` holds where somebody was, and is never taken in. */
const wireComment = z.object({
  public: z.boolean().catch(false),
  plain_body: z.string().nullish().catch(null),
  body: z.string().nullish().catch(null),
  via: wireVia,
  created_at: wireTime.nullish().catch(null),
});
export type WireComment = z.output<typeof wireComment>;

/** The pages are told by `meta`, not by the `hasMore` and `nextLink` of other lists. */
const pageSchema = z.object({
  comments: z.array(wireComment),
  meta: z.object({ has_more: z.boolean(), after_cursor: z.string().nullish() }),
});

/** One page: its comments, and the cursor of the next one where there is one. */
export type CommentPage = {
  readonly comments: readonly WireComment[];
  readonly after: string | undefined;
};

/** Reads a page of comments. @throws ZendeskMalformedError */
export function readCommentPage(json: unknown): CommentPage {
  const parsed = pageSchema.safeParse(json);
  if (!parsed.success) throw new ZendeskMalformedError('its page of comments had the wrong shape');
  const { comments, meta } = parsed.data;
  if (!meta.has_more) return { comments, after: undefined };
  if (!meta.after_cursor) {
    throw new ZendeskMalformedError('its page of comments named no next one, although there is more');
  }
  return { comments, after: meta.after_cursor };
}

const MERGED = /merged into (?:request|ticket)?\s*#(\d{1,20})/i;

/** What all comments of a ticket say, the oldest first. The first one is the ticket's description. */
export function commentsOf(comments: readonly WireComment[]): TicketComments {
  const publicTexts = comments
    .slice(1)
    .filter((comment) => comment.public)
    .map(textOf)
    .filter((text) => text.trim() !== '');
  return { publicTexts, merge: mergeIn(comments.at(-1)) };
}

function mergeIn(last: WireComment | undefined): TicketComments['merge'] {
  if (last?.via.source?.rel !== 'merge') return null;
  const other = mergedWith(last.via) ?? MERGED.exec(textOf(last))?.[1];
  return other === undefined ? null : { with: other, at: last.created_at ?? 0 };
}

function textOf({ plain_body, body }: WireComment): string {
  return (plain_body ?? body ?? '').toWellFormed();
}
