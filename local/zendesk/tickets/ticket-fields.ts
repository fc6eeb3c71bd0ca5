/** The fields of tickets that an account has defined itself, one of every type, and the values that tickets get. */
import { scramble } from '#local/random.ts';
import type { CustomField, CustomFieldValue } from './wire-ticket.ts';

type FieldDefinition = {
  readonly id: number;
  readonly type: string;
  readonly title: string;
  readonly options?: readonly { readonly name: string; readonly value: string }[];
  /** The value of a ticket, by a number that is its own; null = not filled in. */
  readonly valueFor: (bits: number) => CustomFieldValue;
};

const PLANS = ['free', 'team', 'business', 'enterprise'];
const AREAS = ['editor', 'sync', 'billing', 'mobile', 'api', 'search'];

const CUSTOM: readonly FieldDefinition[] = [
  {
    id: 360_000_000_101,
    type: 'text',
    title: 'App version',
    valueFor: (bits) => `4.${bits % 9}.${bits % 5}`,
  },
  {
    id: 360_000_000_102,
    type: 'textarea',
    title: 'Steps to reproduce',
    valueFor: (bits) => (bits % 4 === 0 ? '1. Open the board\n2. Move a card\n3. Reload' : null),
  },
  { id: 360_000_000_103, type: 'checkbox', title: 'Answered by phone', valueFor: (bits) => bits % 7 === 0 },
  {
    id: 360_000_000_104,
    type: 'date',
    title: 'Renewal date',
    valueFor: (bits) => (bits % 3 === 0 ? `2027-0${1 + (bits % 9)}-15` : null),
  },
  {
    id: 360_000_000_105,
    type: 'integer',
    title: 'Seats',
    valueFor: (bits) => (bits % 2 === 0 ? bits % 250 : null),
  },
  {
    id: 360_000_000_106,
    type: 'decimal',
    title: 'Monthly price',
    valueFor: (bits) => (bits % 3 === 1 ? (bits % 4000) / 100 : null),
  },
  {
    id: 360_000_000_107,
    type: 'regexp',
    title: 'Order number',
    valueFor: (bits) => (bits % 5 === 0 ? `AT-${100_000 + (bits % 900_000)}` : null),
  },
  {
    id: 360_000_000_108,
    type: 'tagger',
    title: 'Plan',
    options: PLANS.map((plan) => ({ name: plan[0]?.toUpperCase() + plan.slice(1), value: `plan_${plan}` })),
    valueFor: (bits) => `plan_${PLANS[bits % PLANS.length]}`,
  },
  {
    id: 360_000_000_109,
    type: 'multiselect',
    title: 'Areas',
    options: AREAS.map((area) => ({ name: area, value: `area_${area}` })),
    valueFor: (bits) =>
      AREAS.filter((_, index) => ((bits >>> index) & 3) === 3).map((area) => `area_${area}`),
  },
  {
    id: 360_000_000_110,
    type: 'lookup',
    title: 'Account manager',
    valueFor: (bits) => (bits % 6 === 0 ? `${370_000_000_001 + (bits % 3)}` : null),
  },
  {
    id: 360_000_000_111,
    type: 'partialcreditcard',
    title: 'Card',
    valueFor: (bits) => (bits % 11 === 0 ? `XXXXXXXXXXXX${1000 + (bits % 9000)}` : null),
  },
];

const SYSTEM = ['subject', 'description', 'status', 'tickettype', 'priority', 'group', 'assignee'];

/** The custom fields of a ticket; the same ticket always has the same. */
export function customFieldsOf(ticketId: number): CustomField[] {
  return CUSTOM.map(({ id, valueFor }) => ({ id, value: valueFor(scramble(ticketId ^ (id % 1000))) }));
}

/** What `GET /api/v2/ticket_fields.json` lists. */
export function ticketFieldDefinitions(base: string): unknown[] {
  const system = SYSTEM.map((type, index) => ({ id: 360_000_000_001 + index, type, title: titleOf(type) }));
  const custom = CUSTOM.map(({ id, type, title, options }) => ({
    id,
    type,
    title,
    ...(options && {
      custom_field_options: options.map((option, index) => ({ id: id * 100 + index, ...option })),
    }),
    ...(type === 'regexp' && { regexp_for_validation: '\\AAT-\\d{6}\\z' }),
    ...(type === 'lookup' && { relationship_target_type: 'zen:user' }),
  }));
  return [...system, ...custom].map((field, position) => ({
    url: `${base}/api/v2/ticket_fields/${field.id}.json`,
    ...field,
    raw_title: field.title,
    description: '',
    position,
    active: true,
    required: false,
    visible_in_portal: position < SYSTEM.length,
    editable_in_portal: false,
    removable: position >= SYSTEM.length,
    agent_description: null,
    created_at: '2024-02-01T09:00:00Z',
    updated_at: '2026-05-04T09:00:00Z',
  }));
}

function titleOf(type: string): string {
  return type === 'tickettype' ? 'Type' : `${type[0]?.toUpperCase()}${type.slice(1)}`;
}
