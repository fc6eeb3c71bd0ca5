/** The shapes that Zendesk sends. Times are ISO 8601 UTC in whole seconds, `generated_timestamp` is in Unix seconds. */

/** States of a ticket; `deleted` is seen in exports only. */
export type TicketStatus = 'new' | 'open' | 'pending' | 'hold' | 'solved' | 'closed' | 'deleted';

/** The value of a custom field: text and dates are strings, check boxes booleans, multi-selects arrays. */
export type CustomFieldValue = string | number | boolean | readonly string[] | null;

export type CustomField = { readonly id: number; readonly value: CustomFieldValue };

/** Where something came in. */
export type WireVia = {
  readonly channel: string;
  readonly source: {
    readonly from: Readonly<Record<string, unknown>>;
    readonly to: Readonly<Record<string, unknown>>;
    readonly rel: string | null;
  };
};

/** A ticket with every documented field. */
export type WireTicket = {
  readonly id: number;
  readonly url: string;
  readonly external_id: string | null;
  readonly via: WireVia;
  readonly created_at: string;
  readonly updated_at: string;
  readonly generated_timestamp: number;
  readonly type: 'problem' | 'incident' | 'question' | 'task' | null;
  readonly subject: string | null;
  readonly raw_subject: string | null;
  readonly description: string | null;
  readonly priority: 'urgent' | 'high' | 'normal' | 'low' | null;
  readonly status: TicketStatus;
  readonly custom_status_id: number | null;
  readonly recipient: string | null;
  readonly requester_id: number | null;
  readonly submitter_id: number | null;
  readonly assignee_id: number | null;
  readonly organization_id: number | null;
  readonly group_id: number | null;
  readonly collaborator_ids: readonly number[];
  readonly follower_ids: readonly number[];
  readonly email_cc_ids: readonly number[];
  readonly forum_topic_id: number | null;
  readonly problem_id: number | null;
  readonly has_incidents: boolean;
  readonly is_public: boolean;
  readonly due_at: string | null;
  readonly tags: readonly string[];
  readonly custom_fields: readonly CustomField[];
  /** The same as `custom_fields`: Zendesk sends it twice. */
  readonly fields: readonly CustomField[];
  readonly satisfaction_rating: { readonly score: string; readonly [field: string]: unknown } | null;
  readonly sharing_agreement_ids: readonly number[];
  readonly followup_ids: readonly number[];
  readonly ticket_form_id: number | null;
  readonly brand_id: number | null;
  readonly allow_channelback: boolean;
  readonly allow_attachments: boolean;
  readonly from_messaging_channel: boolean;
  readonly encoded_id: string;
};

/** A file that hangs on a comment. */
type WireAttachment = {
  readonly id: number;
  readonly file_name: string;
  readonly content_url: string;
  readonly content_type: string;
  readonly size: number;
  readonly inline: boolean;
  readonly deleted: boolean;
};

/** A comment, as `GET /tickets/{id}/comments.json` lists it. */
export type WireComment = {
  readonly id: number;
  readonly type: 'Comment' | 'VoiceComment';
  readonly author_id: number | null;
  readonly body: string;
  readonly html_body: string;
  readonly plain_body: string;
  readonly public: boolean;
  readonly attachments: readonly WireAttachment[];
  readonly audit_id: number;
  readonly via: WireVia;
  readonly created_at: string;
  /** `system` holds address and place of the writer: a client must never store it. */
  readonly metadata: Readonly<Record<string, unknown>>;
};

/** Epoch milliseconds the way Zendesk writes them, e.g. `2026-02-19T10:30:00Z`. */
export function isoSeconds(epochMs: number): string {
  return `${new Date(epochMs).toISOString().slice(0, 19)}Z`;
}
