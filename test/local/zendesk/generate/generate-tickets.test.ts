import { describe, expect, it } from 'vitest';
import { generateTickets } from '#local/zendesk/generate/generate-tickets.ts';
import { GROWING_INCIDENT, PLANTED_ISSUES } from '#local/zendesk/generate/issue-texts.ts';
import { LANGUAGES } from '#local/zendesk/generate/wording.ts';

const NOW = Date.UTC(2026, 10, 27, 10);
const HOUR_MS = 3_600_000;

function generate(count = 400, seed = 1) {
  return [...generateTickets({ seed, count, days: 35, nowMs: NOW })];
}

describe('Generated tickets', () => {
  const tickets = generate();
  const ageHours = ({ ticket }: (typeof tickets)[number]) =>
    (NOW - Date.parse(ticket.created_at ?? '')) / HOUR_MS;
  const about = (issue: string) => tickets.filter(({ truth }) => truth.issue === issue);

  it('are the same for the same seed and time, others for another seed', () => {
    expect(generate()).toEqual(tickets);
    expect(generate(400, 2)).not.toEqual(tickets);
  });

  it('are as many as wanted, in order, over the last 35 days, the last minute left free', () => {
    expect(tickets).toHaveLength(400);
    const ages = tickets.map(ageHours);
    expect(ages).toEqual([...ages].sort((a, b) => b - a));
    expect(Math.max(...ages)).toBeLessThanOrEqual(35 * 24 + 1);
    expect(Math.min(...ages) * 60).toBeGreaterThanOrEqual(2);
    expect(tickets.map(({ ticket }) => ticket.id)).toEqual(tickets.map((_, index) => 10_001 + index));
  });

  it('are about every planted issue, in several wordings and languages', () => {
    expect(PLANTED_ISSUES).toHaveLength(8);
    for (const { id } of PLANTED_ISSUES) {
      const descriptions = new Set(about(id).map(({ ticket }) => ticket.subject));
      expect(descriptions.size, id).toBeGreaterThan(2);
      expect(new Set(about(id).map(({ truth }) => truth.language)).size, id).toBeGreaterThan(1);
    }
    expect(new Set(tickets.map(({ truth }) => truth.language))).toEqual(new Set(LANGUAGES));
  });

  it('have one incident that grows in the last hours', () => {
    const ages = about(GROWING_INCIDENT.id).map(ageHours);
    expect(ages.length).toBeGreaterThan(25);
    expect(Math.max(...ages)).toBeLessThan(6.1);
    const late = ages.filter((age) => age < 2).length;
    expect(late).toBeGreaterThan(ages.filter((age) => age > 4).length * 2);
  });

  it('have a wave of advertising: 25 tickets from 8 requesters within two hours', () => {
    const spam = tickets.filter(({ truth }) => truth.kind === 'spam');
    const wave = spam.filter((ticket) => ageHours(ticket) > 45 && ageHours(ticket) < 49);
    expect(wave).toHaveLength(25);
    expect(new Set(wave.map(({ ticket }) => ticket.requester_id)).size).toBe(8);
  });

  it('take their courses: some issues fade, some rise, some come on Mondays', () => {
    const many = generate(4000);
    const times = (issue: string) =>
      many
        .filter(({ truth }) => truth.issue === issue)
        .map(({ ticket }) => Date.parse(ticket.created_at ?? ''));
    const lateShare = (issue: string) => {
      const all = times(issue);
      return all.filter((time) => NOW - time < 12 * 24 * HOUR_MS).length / all.length;
    };
    expect(lateShare('double-charge')).toBeLessThan(0.15);
    expect(lateShare('mobile-crash')).toBeGreaterThan(0.42);
    const mondays = times('sso-loop').filter((time) => new Date(time).getUTCDay() === 1).length;
    expect(mondays / times('sso-loop').length).toBeGreaterThan(0.4);
  });

  it('hold what names persons and cards, and know it', () => {
    const withPii = tickets.filter(({ truth }) => truth.pii.length > 0);
    expect(withPii.length).toBeGreaterThan(15);
    for (const { ticket, truth } of withPii) {
      for (const value of truth.pii) expect(ticket.description).toContain(value);
    }
    const values = withPii.flatMap(({ truth }) => truth.pii).join('\n');
    expect(values).toMatch(/@example\.com/);
    expect(values).toMatch(/\+1 202 555 01\d\d/);
    expect(values).toMatch(/\d{4} ?\d{4,6} ?\d{4,5}/);
  });

  it('hold instructions to their readers, long logs, HTML, quoted replies, signatures, and no subject at times', () => {
    const texts = tickets.map(({ ticket }) => ticket.description ?? '');
    expect(tickets.filter(({ truth }) => truth.kind === 'injection').length).toBeGreaterThanOrEqual(6);
    expect(texts.some((text) => text.length > 65_536)).toBe(true);
    expect(texts.some((text) => text.includes('\n-- \n'))).toBe(true);
    expect(texts.some((text) => text.includes('wrote:\n> '))).toBe(true);
    expect(tickets.some(({ ticket }) => ticket.subject === null)).toBe(true);
    expect(tickets.some(({ ticket }) => String(ticket.description_html).startsWith('<div'))).toBe(true);
    expect(texts.join('')).not.toMatch(/\{\w+\}/);
  });

  it('come from people some of whom write again', () => {
    const requesters = new Set(tickets.map(({ ticket }) => ticket.requester_id));
    expect(requesters.size).toBeGreaterThan(80);
    expect(requesters.size).toBeLessThan(300);
  });

  it('have states, answers and changes of none later than the end', () => {
    expect(new Set(tickets.map(({ ticket }) => ticket.status)).size).toBeGreaterThan(4);
    expect(tickets.some(({ ticket }) => (ticket.comments?.length ?? 0) > 1)).toBe(true);
    for (const { ticket } of tickets) {
      const times = [ticket.created_at, ...(ticket.comments ?? []).map(({ created_at }) => created_at)];
      for (const time of times) expect(Date.parse(time ?? '')).toBeLessThanOrEqual(NOW - 120_000);
      expect(ticket.generated_timestamp ?? 0).toBeLessThanOrEqual(NOW / 1000 - 120);
    }
  });

  it.each([0, 1, 7, 99])('can be %i', (count) => {
    expect(generate(count)).toHaveLength(count);
  });

  it('are made fast', () => {
    // 10,000 take a tenth of a second; the limit is for what would take minutes.
    const before = performance.now();
    expect(generate(10_000)).toHaveLength(10_000);
    expect(performance.now() - before).toBeLessThan(10_000);
  });
});
