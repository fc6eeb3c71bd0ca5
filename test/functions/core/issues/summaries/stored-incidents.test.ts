import { describe, expect, it } from 'vitest';
import { createTextCorpus } from '#core/issues/grouping/text-corpus.ts';
import { createBurstEvidence } from '#core/issues/summaries/burst-evidence.ts';
import {
  changedIncidents,
  recountedIncidents,
  withCentroids,
} from '#core/issues/summaries/stored-incidents.ts';
import { cosineOf } from '#core/issues/trends/text-vector.ts';
import { daysOf, incidentOf, ticketOf } from './grouped.ts';

const SAYS = [
  'WhatsApp shows no code',
  'No QR code on WhatsApp Web',
  'WhatsApp page stays empty',
  'WhatsApp is broken',
];
const tickets = SAYS.map((text, n) => ticketOf(`${n}`, { text, issueId: 'W' }));
const others = Array.from({ length: 40 }, (_, n) => ticketOf(`o${n}`));
const evidenceOf = (those: typeof tickets) =>
  createBurstEvidence(daysOf(...those), () => createTextCorpus(those));
const incident = incidentOf('i', {
  ...{ title: 'WhatsApp shows no code', issues: ['W'], series: ['issue#W'], terms: ['whatsapp', 'secret'] },
  tickets: tickets.map(({ id, requester }) => ({ id, requester })),
});
const same = (id: string) => id;
const NOTHING_GONE = { ids: new Set<string>(), lines: new Set<string>() };
const recount = (over: Partial<Parameters<typeof recountedIncidents>[1]>) =>
  recountedIncidents([incident], {
    ...{
      gone: NOTHING_GONE,
      leadsTo: same,
      titleOf: () => undefined,
      evidence: evidenceOf([...tickets, ...others]),
    },
    ...over,
  })[0];

describe('recountedIncidents', () => {
  it('leaves incidents of which nothing went', () => {
    expect(recount({})).toEqual(incident);
    expect(recount({ leadsTo: () => 'A' })).toMatchObject({ issues: ['A'], series: ['issue#A'] });
  });

  it('says nothing any more that a deleted ticket said', () => {
    const gone = { ids: new Set(['0']), lines: new Set(['WhatsApp shows no code']) };
    const next = recount({ gone, evidence: evidenceOf([...tickets.slice(1), ...others]) });
    expect(next?.tickets.map(({ id }) => id)).toEqual(['1', '2', '3']);
    expect(SAYS.slice(1)).toContain(next?.title);
    expect(next?.terms).toContain('whatsapp');
    expect(next?.terms).not.toContain('secret');
  });

  it('keeps a title that was not the deleted ticket’s', () => {
    const gone = { ids: new Set(['2']), lines: new Set(['WhatsApp page stays empty']) };
    expect(recount({ gone })).toMatchObject({ title: incident.title, observed: 8 });
  });

  it('has a title when all of its tickets are gone', () => {
    const gone = { ids: new Set(['0', '1', '2', '3']), lines: new Set(SAYS) };
    const evidence = evidenceOf(others);
    expect(recount({ gone, evidence })).toMatchObject({
      tickets: [],
      terms: [],
      title: 'More tickets than usual',
    });
    expect(recount({ gone, evidence, titleOf: () => 'WhatsApp Web' })?.title).toBe('WhatsApp Web');
  });
});

describe('withCentroids', () => {
  it('gives incidents the direction that their texts have in the vectors of now', () => {
    const [one] = withCentroids([incident], evidenceOf([...tickets, ...others]));
    const [other] = withCentroids(
      [{ ...incident, tickets: [{ id: 'o1', requester: null }] }],
      evidenceOf([...tickets, ...others]),
    );
    expect(one?.centroid.size).toBeGreaterThan(5);
    expect(cosineOf(one?.centroid ?? new Map(), one?.centroid ?? new Map())).toBeCloseTo(1);
    expect(cosineOf(one?.centroid ?? new Map(), other?.centroid ?? new Map())).toBeLessThan(0.3);
    expect(withCentroids([{ ...incident, tickets: [] }], evidenceOf(others))[0]?.centroid.size).toBe(0);
  });
});

describe('changedIncidents', () => {
  it('are new ones and those that say something else; a centroid is no difference', () => {
    const [moved] = withCentroids([incident], evidenceOf([...tickets, ...others]));
    expect(changedIncidents([incident], [moved ?? incident])).toEqual([]);
    const closed = { ...incident, closedAt: 1 };
    const added = incidentOf('j');
    expect(changedIncidents([incident], [closed, added])).toEqual([closed, added]);
  });
});
