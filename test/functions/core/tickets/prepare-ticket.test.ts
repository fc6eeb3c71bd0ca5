import { describe, expect, it } from 'vitest';
import { needsComments, type PrepareRules, prepareTicket } from '#core/tickets/prepare-ticket.ts';
import { received } from '#core/tickets/receive-ticket.ts';
import type { Ticket } from '#core/tickets/ticket.ts';
import type { TicketEntry } from '#core/tickets/ticket-entry.ts';
import type { TicketComments } from '#core/tickets/ticket-export.ts';

const TICKET: Ticket = {
  id: '1',
  createdAt: 1_000,
  updatedAt: 2_000,
  generatedAt: 3_000,
  status: 'open',
  priority: null,
  type: null,
  channel: 'email',
  brandId: '10',
  formId: '20',
  tags: ['vip'],
  requesterId: '777',
  subject: 'Export fails',
  description: 'Write to ann@example.com, the export fails.',
  mergedInto: null,
};
const NONE = new Set<string>();
const RULES: PrepareRules = {
  text: 'first',
  selection: { brands: NONE, forms: NONE, excludedTags: NONE },
  requesterKey: 'a key of sixteen',
};
const PUBLIC: PrepareRules = { ...RULES, text: 'public' };
const COMMENTS: TicketComments = { publicTexts: ['It still does.', 'Solved it.'], merge: null };

function storedAs(ticket: Ticket, comments?: TicketComments, rules = RULES): TicketEntry {
  const { incoming } = prepareTicket(ticket, undefined, comments, rules);
  return received(undefined, incoming, { fence: 1, now: 5_000 }).next!;
}

describe('prepareTicket', () => {
  it('redacts the text, hashes the requester, and lets neither id nor raw text into the copy', () => {
    const { incoming, raw } = prepareTicket(TICKET, undefined, undefined, RULES);
    expect(incoming).toMatchObject({
      id: '1',
      subject: 'Export fails',
      isEmpty: false,
      isScrubbed: false,
      isFiltered: false,
    });
    expect(incoming.body).toContain('[EMAIL_1]');
    expect(incoming.requesterHash).toMatch(/^[\w-]{16}$/);
    expect(incoming).not.toHaveProperty('requesterId');
    expect(incoming).not.toHaveProperty('description');
    expect(raw).toEqual({ subject: TICKET.subject, description: TICKET.description });
  });

  it('makes the same hash of the same requester, another one under another key, and none of nobody', () => {
    const hash = (requesterId: string | null, requesterKey = RULES.requesterKey) =>
      prepareTicket({ ...TICKET, requesterId }, undefined, undefined, { ...RULES, requesterKey }).incoming
        .requesterHash;
    expect(hash('777')).toBe(hash('777'));
    expect(hash('778')).not.toBe(hash('777'));
    expect(hash('777', 'another key of it')).not.toBe(hash('777'));
    expect(hash(null)).toBeNull();
  });

  it('cuts what is kept as it came, and never in the middle of a character', () => {
    const description = `${'x'.repeat(99_999)}😀😀`;
    const { raw } = prepareTicket({ ...TICKET, description }, undefined, undefined, RULES);
    expect(raw.description).toBe('x'.repeat(99_999));
    expect(
      prepareTicket({ ...TICKET, description: null }, undefined, undefined, RULES).raw.description,
    ).toBeNull();
  });

  it('joins the public comments to the text only where the setting wants them', () => {
    expect(prepareTicket(TICKET, undefined, COMMENTS, RULES).incoming.body).not.toContain('It still does.');
    const { incoming, raw } = prepareTicket(TICKET, undefined, COMMENTS, PUBLIC);
    expect(incoming.body).toContain('It still does.');
    expect(raw.description).toBe(`${TICKET.description}\n\nIt still does.\n\nSolved it.`);
  });

  it('keeps the text of a ticket that was not touched, whose comments nobody read', () => {
    const before = storedAs(TICKET, COMMENTS, PUBLIC);
    const touched = { ...TICKET, generatedAt: 9_000, tags: ['vip', 'eu'] };
    const { incoming } = prepareTicket(touched, before, undefined, PUBLIC);
    expect(incoming.body).toBe((before as { body: string }).body);
    expect(incoming.contentSha).toBe((before as { contentSha: string }).contentSha);
    expect(incoming.tags).toEqual(['vip', 'eu']);
  });

  it('says what the settings leave out, and what was wiped', () => {
    const filtered = (selection: Partial<PrepareRules['selection']>) =>
      prepareTicket(TICKET, undefined, undefined, {
        ...RULES,
        selection: { ...RULES.selection, ...selection },
      }).incoming.isFiltered;
    expect(filtered({ brands: new Set(['10']), forms: new Set(['20']) })).toBe(false);
    expect(filtered({ brands: new Set(['11']) })).toBe(true);
    expect(filtered({ forms: new Set(['21']) })).toBe(true);
    expect(filtered({ excludedTags: new Set(['vip']) })).toBe(true);
    const wiped = prepareTicket(
      { ...TICKET, subject: 'SCRUBBED', description: 'SCRUBBED' },
      undefined,
      undefined,
      RULES,
    );
    expect(wiped.incoming.isScrubbed).toBe(true);
  });

  it.each([
    ['the source, which the merge closed', { status: 'closed' as const, updatedAt: 2_000 }, '4'],
    [
      'a source that was touched since, by its tag',
      { status: 'closed' as const, updatedAt: 900_000, tags: ['closed_by_merge'] },
      '4',
    ],
    ['the target, which goes on', { status: 'open' as const, updatedAt: 2_000 }, null],
    ['the target, closed later', { status: 'closed' as const, updatedAt: 900_000 }, null],
  ])('tells source and target of a merge apart: %s', (_, fields, mergedInto) => {
    const comments = { publicTexts: [], merge: { with: '4', at: 2_000 } };
    expect(prepareTicket({ ...TICKET, ...fields }, undefined, comments, RULES).incoming.mergedInto).toBe(
      mergedInto,
    );
  });

  it('knows of a closed ticket where it went, and forgets it of one that is open again', () => {
    const before = { ...storedAs(TICKET), mergedInto: '4' } as TicketEntry;
    const again = (status: Ticket['status']) =>
      prepareTicket({ ...TICKET, status }, before, undefined, RULES).incoming.mergedInto;
    expect(again('closed')).toBe('4');
    expect(again('open')).toBeNull();
  });
});

describe('needsComments', () => {
  const closed: Ticket = { ...TICKET, status: 'closed', updatedAt: 4_000 };
  it.each([
    ['an open ticket', TICKET, undefined, false],
    ['a closed one that is new to us', closed, undefined, false],
    ['a new one with the tag of a merge', { ...closed, tags: ['closed_by_merge'] }, undefined, true],
    ['one that was open', closed, storedAs(TICKET), true],
    ['one that was solved', closed, storedAs({ ...TICKET, status: 'solved' }), false],
    ['one that was closed', closed, storedAs({ ...TICKET, status: 'closed' }), false],
    [
      'one whose merge is known',
      { ...closed, tags: ['closed_by_merge'] },
      { ...storedAs(TICKET), mergedInto: '4' } as TicketEntry,
      false,
    ],
    ['one that says itself where it went', { ...closed, mergedInto: '4' }, storedAs(TICKET), false],
    ['one that was not touched', { ...closed, updatedAt: 2_000 }, storedAs(TICKET), false],
    ['a deleted one', { ...closed, status: 'deleted' as const }, storedAs(TICKET), false],
  ])('of the first text only: %s', (_, ticket, before, needed) => {
    expect(needsComments(ticket, before, 'first')).toBe(needed);
  });

  it.each([
    ['a new ticket', TICKET, undefined, true],
    ['one that was not touched', TICKET, storedAs(TICKET), false],
    ['one that was touched', closed, storedAs({ ...TICKET, status: 'solved' }), true],
    ['a deleted one', { ...TICKET, status: 'deleted' as const }, undefined, false],
  ])('of all public ones: %s', (_, ticket, before, needed) => {
    expect(needsComments(ticket, before, 'public')).toBe(needed);
  });
});
