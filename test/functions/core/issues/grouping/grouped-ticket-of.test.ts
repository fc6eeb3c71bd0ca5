import { describe, expect, it } from 'vitest';
import { groupedTicketOf, isGroupable, withoutText } from '#core/issues/grouping/grouped-ticket-of.ts';
import { analysed, correctedBy } from '#core/tickets/analyse-ticket.ts';
import { type ReceivedTicket, received } from '#core/tickets/receive-ticket.ts';
import type { LiveTicket } from '#core/tickets/ticket-entry.ts';
import { receivedTicket, storedAnalysis } from '#test/contracts/ticket-versions.ts';
import { T0 } from '#test/contracts/versions.ts';
import { ANALYSIS } from '#test/functions/core/tickets/an-answer.ts';
import { grouped } from './grouped-tickets.ts';

const AT = { fence: 1, now: T0 + 60_000 };

const put = (over: Partial<ReceivedTicket> = {}, before?: LiveTicket) =>
  received(before, receivedTicket(over), AT).next as LiveTicket;
const withAnalysis = (ticket: LiveTicket, analysis = ANALYSIS) =>
  analysed(ticket, { ...storedAnalysis({ contentSha: ticket.contentSha }), analysis }, AT).next as LiveTicket;

const WAITING = put({ subject: 'Cannot export', body: 'The CSV never ends.' });
const SPAM = put({ subject: 'Acme helpline', body: 'Call us now, customer care +1 (800) 555-01 99 77' });

describe('groupedTicketOf', () => {
  it('takes subject and body as long as there is no analysis, and its statement from then on', () => {
    expect(groupedTicketOf(WAITING, undefined)).toMatchObject({
      id: WAITING.id,
      requester: WAITING.requesterHash,
      text: 'Cannot export\nThe CSV never ends.',
      line: 'Cannot export: The CSV never ends.',
      summary: null,
      kind: null,
      severity: null,
      analysis: 'pending',
      issueId: null,
    });
    expect(groupedTicketOf(withAnalysis(WAITING), undefined)).toMatchObject({
      text: ANALYSIS.statement,
      line: ANALYSIS.statement,
      summary: ANALYSIS.summary,
      language: 'en',
      kind: 'bug',
      severity: 'high',
      productArea: 'export',
      confidence: 'high',
      analysis: 'done',
    });
  });

  it('keeps the issue when the text becomes a statement', () => {
    const known = { ...groupedTicketOf(WAITING, undefined)!, issueId: 'I' };
    expect(groupedTicketOf(withAnalysis(WAITING), known)?.issueId).toBe('I');
  });

  it('has 1,000 characters of a text at most, and no half of a pair', () => {
    const long = groupedTicketOf(put({ subject: 'a', body: '😀'.repeat(3_000) }), undefined)!;
    expect(long.text.length).toBe(1_000);
    expect(long.text.isWellFormed()).toBe(true);
  });

  it('has no language where the analysis found none', () => {
    expect(
      groupedTicketOf(withAnalysis(WAITING, { ...ANALYSIS, language: 'und' }), undefined)?.language,
    ).toBe(null);
  });

  it('says of an advertisement that it is spam, which loses its issue', () => {
    const ticket = groupedTicketOf(SPAM, grouped({ id: SPAM.id, issueId: 'I' }))!;
    expect(ticket).toMatchObject({ kind: 'spam', issueId: null });
    expect(isGroupable(ticket)).toBe(false);
  });

  it('lets the analysis say that an advertisement is none, and the operator the contrary', () => {
    const cleared = withAnalysis(SPAM);
    expect(groupedTicketOf(cleared, undefined)?.kind).toBe('bug');
    const wrong = correctedBy(cleared, { kind: 'spam' }).next as LiveTicket;
    expect(groupedTicketOf(wrong, grouped({ id: SPAM.id, issueId: 'I' }))).toMatchObject({
      kind: 'spam',
      issueId: null,
    });
  });

  it('leaves out what the settings leave out', () => {
    expect(groupedTicketOf(put({ isFiltered: true }), undefined)).toBe(undefined);
  });

  it('has no text of what is empty or was wiped, whatever is left in its place', () => {
    for (const over of [{ isEmpty: true }, { isScrubbed: true }]) {
      const wiped = put({ subject: 'SCRUBBED', body: '--', ...over });
      expect(groupedTicketOf(wiped, grouped({ id: wiped.id, issueId: 'I' }))).toMatchObject({
        text: '',
        line: '',
        summary: null,
        issueId: null,
      });
    }
  });

  it('gives a merged ticket its text, so that it has an issue as well', () => {
    const merged = groupedTicketOf(put({ subject: 'Lost', body: 'my card', mergedInto: '7' }), undefined)!;
    expect(merged).toMatchObject({ text: 'Lost\nmy card', mergedInto: '7', analysis: 'excluded' });
    expect(isGroupable(merged)).toBe(true);
  });

  it('keeps a ticket without text that retention left so, and its issue', () => {
    const aged = withoutText(grouped({ id: WAITING.id, issueId: 'I' }));
    expect(groupedTicketOf(withAnalysis(WAITING), aged)).toMatchObject({
      text: '',
      line: '',
      summary: null,
      severity: 'high',
      issueId: 'I',
    });
  });
});
