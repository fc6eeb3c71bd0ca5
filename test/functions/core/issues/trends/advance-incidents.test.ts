import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { advanceIncidents, type IncidentSources } from '#core/issues/trends/advance-incidents.ts';
import type { BurstAlert, EvidenceTicket } from '#core/issues/trends/burst-alert.ts';
import { distinctiveTerms } from '#core/issues/trends/distinctive-terms.ts';
import type { Incident } from '#core/issues/trends/incident.ts';
import { alertOf, evidenceTicket } from './evidence.ts';

const SEED = Number(process.env.FC_SEED ?? Date.now() % 2 ** 31);
const HOUR_MS = 3_600_000;
const NOTHING = { texts: 1_000, inTexts: new Map<string, number>() };
const SOURCES: IncidentSources = {
  termsOf: (texts) => distinctiveTerms(texts, NOTHING),
  titleOf: () => undefined,
};

function tickets(issueId: string | null, text: string, from: number, count = 5): EvidenceTicket[] {
  return Array.from({ length: count }, (_, index) => evidenceTicket(`${from + index}`, text, { issueId }));
}

const WHATSAPP = tickets('i1', 'whatsapp web refuses the browser', 100);
const SPANISH = tickets('i2', 'no puedo abrir la mensajería', 200);
const PRINTER = tickets('i3', 'printer prints blank pages', 300);

/** Runs hours one after the other. */
function run(
  hours: readonly { hour: number; alerts: readonly BurstAlert[] }[],
  sources = SOURCES,
  before: readonly Incident[] = [],
): Incident[] {
  return hours.reduce<Incident[]>(
    (incidents, { hour, alerts }) =>
      advanceIncidents(incidents, { hour, alerts: alerts.map((alert) => ({ ...alert, hour })) }, sources),
    [...before],
  );
}

describe('advanceIncidents', () => {
  it('opens one incident for an issue that bursts, with its title, reading and tickets', () => {
    const [incident, ...others] = run([{ hour: 10, alerts: [alertOf('issue#i1', WHATSAPP)] }]);
    expect(others).toEqual([]);
    expect(incident).toMatchObject({
      id: '1970-01-01T11-issue#i1',
      title: 'whatsapp web refuses the browser',
      openedAt: 11 * HOUR_MS,
      closedAt: null,
      issues: ['i1'],
      series: ['issue#i1'],
      windowHours: 3,
      observed: 5,
    });
    expect(incident?.tickets).toHaveLength(5);
    expect(incident?.terms).toContain('whatsapp');
  });

  it('groups what bursts in the hour in which all tickets do', () => {
    const all = alertOf('total#', [...WHATSAPP, ...SPANISH, ...PRINTER], { p: 1e-12 });
    const [incident, ...others] = run([
      { hour: 10, alerts: [alertOf('issue#i2', SPANISH), all, alertOf('issue#i1', WHATSAPP, { p: 1e-9 })] },
    ]);
    expect(others).toEqual([]);
    expect(incident?.issues).toEqual(['i1', 'i2']);
    expect(incident?.tickets.map(({ id }) => id)).not.toContain('300');
  });

  it('keeps what has nothing in common apart', () => {
    expect(
      run([{ hour: 10, alerts: [alertOf('issue#i1', WHATSAPP), alertOf('issue#i3', PRINTER)] }]),
    ).toHaveLength(2);
  });

  it('lets later alerts join: by the same series, by words, and by the burst of all that it began with', () => {
    const all = alertOf('total#', [...WHATSAPP, ...SPANISH]);
    const alike = alertOf('issue#i4', tickets('i4', 'whatsapp web is blocked', 400));
    const incidents = run([
      { hour: 10, alerts: [alertOf('issue#i1', WHATSAPP), all] },
      { hour: 11, alerts: [alertOf('issue#i1', WHATSAPP), all, alertOf('issue#i2', SPANISH)] },
      { hour: 30, alerts: [alike] },
    ]);
    expect(incidents.map(({ issues }) => issues)).toEqual([['i1', 'i2', 'i4']]);
    expect(incidents[0]).toMatchObject({ openedHour: 10, lastHour: 30 });
  });

  describe('a burst of all tickets that has lasted for long', () => {
    const all = alertOf('total#', [...WHATSAPP, ...PRINTER]);
    const issuesAfter = (hour: number, alerts: readonly BurstAlert[]) => {
      const lasting = Array.from({ length: 14 }, (_, index) => ({ hour: 10 + index, alerts: [all] }));
      const first = { hour: 9, alerts: [alertOf('issue#i1', WHATSAPP), all] };
      return run([first, ...lasting, { hour, alerts }]).map(({ issues }) => issues);
    };

    it('does not take in what ten people write about', () => {
      const printer = alertOf('issue#i3', PRINTER, { observed: 10 });
      expect(issuesAfter(24, [all, printer])).toEqual([['i1'], ['i3']]);
    });

    it('takes in what fewer do: those that it brought write about other things as well', () => {
      const printer = alertOf('issue#i3', PRINTER, { observed: 9 });
      expect(issuesAfter(24, [all, printer])).toEqual([['i1', 'i3']]);
    });

    it('takes in nothing once it is over', () => {
      const printer = alertOf('issue#i3', PRINTER, { observed: 9 });
      expect(issuesAfter(24, [printer])).toEqual([['i1'], ['i3']]);
    });
  });

  it('opens another incident for a new burst of all that has only words in common with an older one', () => {
    const more = tickets('i4', 'whatsapp web is blocked', 400);
    const before = { hour: 10, alerts: [alertOf('issue#i1', WHATSAPP)] };
    const later = { hour: 20, alerts: [alertOf('total#', [...more, ...SPANISH]), alertOf('issue#i4', more)] };
    expect(run([before, later]).map(({ issues }) => issues)).toEqual([['i1'], ['i4']]);
    const grown = [...WHATSAPP, ...more];
    const same = { hour: 11, alerts: [alertOf('total#', grown), alertOf('issue#i1', grown)] };
    expect(run([before, same])).toHaveLength(1);
  });

  it('names what a burst of all is made of, until an issue bursts, which then gives the title', () => {
    const stored = { ...SOURCES, titleOf: () => 'WhatsApp Web does not open' };
    const all = alertOf('total#', [
      ...tickets('i1', 'web is down', 100),
      ...tickets('i5', 'printer', 700, 2),
    ]);
    const [first] = run([{ hour: 10, alerts: [all] }], stored);
    expect(first).toMatchObject({ title: 'web is down', issues: ['i1'] });
    const [second] = run(
      [{ hour: 11, alerts: [all, alertOf('issue#i1', WHATSAPP)] }],
      stored,
      first ? [first] : [],
    );
    expect(second).toMatchObject({ id: first?.id, title: 'WhatsApp Web does not open', issues: ['i1'] });
    expect(second?.tickets).toHaveLength(5);
  });

  it('closes what was quiet for 24 hours, and opens another when it comes back', () => {
    const alert = alertOf('issue#i1', WHATSAPP);
    const quiet = run([
      { hour: 10, alerts: [alert] },
      { hour: 33, alerts: [] },
    ]);
    expect(quiet[0]?.closedAt).toBeNull();
    const closed = run([{ hour: 34, alerts: [] }], SOURCES, quiet);
    expect(closed[0]?.closedAt).toBe(35 * HOUR_MS);
    const again = run([{ hour: 40, alerts: [alert] }], SOURCES, closed);
    expect(again.map(({ openedHour, closedAt }) => [openedHour, closedAt])).toEqual([
      [10, 35 * HOUR_MS],
      [40, null],
    ]);
  });

  it('closes after hours that nobody tested, too', () => {
    const [incident] = run([
      { hour: 10, alerts: [alertOf('issue#i1', WHATSAPP)] },
      { hour: 500, alerts: [] },
    ]);
    expect(incident?.closedAt).toBe(35 * HOUR_MS);
  });

  it('changes nothing when the clock goes back and hours come again', () => {
    const hours = [
      { hour: 10, alerts: [alertOf('issue#i1', WHATSAPP), alertOf('total#', WHATSAPP)] },
      { hour: 11, alerts: [alertOf('issue#i2', SPANISH)] },
      { hour: 12, alerts: [] },
    ];
    const once = run(hours);
    expect(run(hours, SOURCES, once)).toEqual(once);
    expect(run([{ hour: 3, alerts: [] }], SOURCES, once)).toEqual(once);
  });

  it('comes to the same whatever hours are done again', () => {
    const alert = fc.constantFrom(
      alertOf('issue#i1', WHATSAPP),
      alertOf('issue#i2', SPANISH, { p: 1e-4 }),
      alertOf('issue#i3', PRINTER, { p: 1e-9 }),
      alertOf('total#', [...WHATSAPP, ...SPANISH], { p: 1e-5 }),
    );
    const alerts = fc.uniqueArray(alert, { selector: ({ series }) => `${series.dimension}${series.id}` });
    fc.assert(
      fc.property(fc.array(alerts, { minLength: 1, maxLength: 24 }), (list) => {
        const hours = list.map((of, index) => ({ hour: 100 + index, alerts: of }));
        const once = run(hours);
        expect(run(hours, SOURCES, once)).toEqual(once);
        expect(new Set(once.map(({ id }) => id)).size).toBe(once.length);
        for (const { p, tickets: of } of once) {
          expect(p).toBeLessThanOrEqual(1e-4);
          expect(new Set(of.map(({ id }) => id)).size).toBe(of.length);
        }
      }),
      { seed: SEED },
    );
  });

  it('leaves waves of spam out', () => {
    const spam = tickets('i9', 'Call our helpline +1-202-555-0101 now', 900);
    expect(run([{ hour: 10, alerts: [alertOf('issue#i9', spam)] }])).toEqual([]);
  });

  it('is nothing for no alerts', () => {
    expect(run([{ hour: 10, alerts: [] }])).toEqual([]);
  });
});
