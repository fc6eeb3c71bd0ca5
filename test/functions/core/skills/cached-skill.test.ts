import { describe, expect, it } from 'vitest';
import { isRunId, newRunId, scheduledRunId } from '#core/runs/run-id.ts';
import { assessVersion, renewalThresholdMs, type SkillDigest } from '#core/skills/cached-skill.ts';
import { parseSkill, type SkillVersion } from '#core/skills/skill.ts';
import { orderTime } from '#core/skills/version-time.ts';

const HOUR = 3_600_000;
const NOW = Date.parse('2026-02-19T10:30:00Z');
const lifetime = { ttlMs: 24 * HOUR, intervalMs: HOUR / 4 };

function version(updated_at: string, name = 'x'): SkillVersion {
  const parsed = parseSkill({ skill_id: 's', name, updated_at });
  if (!parsed.ok) throw new Error(parsed.reason);
  return parsed.value;
}

function digestOf(of: SkillVersion, rest: Partial<SkillDigest> = {}): SkillDigest {
  return {
    skillId: 's',
    updatedAt: of.updatedAt,
    hash: of.hash,
    expiresAt: NOW + 24 * HOUR,
    tombstone: false,
    ...rest,
  };
}

describe('Function: assessVersion', () => {
  const current = version('2026-02-19T10:00:00Z');

  it('adds what is not there, or there but expired', () => {
    expect(assessVersion(undefined, current, lifetime, NOW)).toBe('add');
    expect(assessVersion(digestOf(current, { expiresAt: NOW }), current, lifetime, NOW)).toBe('add');
  });

  it('never takes an older version', () => {
    expect(assessVersion(digestOf(current), version('2026-02-19T09:59:59.999Z'), lifetime, NOW)).toBe(
      'stale',
    );
  });

  it('takes a change that did not touch updated_at', () => {
    expect(assessVersion(digestOf(current), version('2026-02-19T10:00:00Z', 'other'), lifetime, NOW)).toBe(
      'change',
    );
  });

  it('keeps nothing older than a tombstone out, and lets what is not older in', () => {
    const tombstone = digestOf(current, { tombstone: true });
    expect(assessVersion(tombstone, version('2026-02-19T09:00:00Z'), lifetime, NOW)).toBe('stale');
    expect(assessVersion(tombstone, current, lifetime, NOW)).toBe('add');
  });

  it('renews an unchanged entry only in the second half of its life', () => {
    expect(assessVersion(digestOf(current, { expiresAt: NOW + 12 * HOUR + 1 }), current, lifetime, NOW)).toBe(
      'keep',
    );
    expect(assessVersion(digestOf(current, { expiresAt: NOW + 6 * HOUR - 1 }), current, lifetime, NOW)).toBe(
      'renew',
    );
  });
});

describe('Function: assessVersion, where stamps lie ahead of every clock', () => {
  const farAhead = version('9999-12-31T23:59:59Z');

  it('keeps a quiet one, however its place in the order stands to its stamp', () => {
    const stored = digestOf(farAhead, { updatedAt: orderTime(farAhead.updatedAt, NOW - HOUR) });
    expect(assessVersion(stored, farAhead, lifetime, NOW)).toBe('keep');
    // As it stands after an older version was taken over a newer one.
    const taken = digestOf(version('2026-02-19T09:00:00Z'), { updatedAt: '2026-02-19T10:00:00' });
    expect(assessVersion(taken, version('2026-02-19T09:00:00Z'), lifetime, NOW)).toBe('keep');
    expect(
      assessVersion({ ...taken, expiresAt: NOW + HOUR }, version('2026-02-19T09:00:00Z'), lifetime, NOW),
    ).toBe('renew');
  });

  it('takes a new one over what was observed before, and its correction over it', () => {
    expect(assessVersion(digestOf(version('2026-02-19T10:00:00Z')), farAhead, lifetime, NOW)).toBe('change');
    const stored = digestOf(farAhead, { updatedAt: orderTime(farAhead.updatedAt, NOW - HOUR) });
    expect(assessVersion(stored, version('2026-02-19T10:00:01Z'), lifetime, NOW)).toBe('change');
    expect(assessVersion(stored, version('2020-01-01T00:00:00Z'), lifetime, NOW)).toBe('change');
    const removed = { ...stored, tombstone: true };
    expect(assessVersion(removed, version('2026-02-19T10:00:01Z'), lifetime, NOW)).toBe('add');
    expect(assessVersion(removed, version('2020-01-01T00:00:00Z'), lifetime, NOW)).toBe('stale');
  });

  it('lets no stored time ahead of every clock stand in the way', () => {
    const old = version('2020-01-01T00:00:00Z');
    expect(assessVersion(digestOf(farAhead), old, lifetime, NOW)).toBe('change');
    expect(assessVersion(digestOf(farAhead, { tombstone: true }), old, lifetime, NOW)).toBe('add');
  });

  it('renews what a clock that was ahead would let live for years', () => {
    const one = version('2026-02-19T10:00:00Z');
    expect(assessVersion(digestOf(one, { expiresAt: NOW + 168 * HOUR }), one, lifetime, NOW)).toBe('keep');
    expect(assessVersion(digestOf(one, { expiresAt: NOW + 170 * HOUR }), one, lifetime, NOW)).toBe('renew');
  });
});

describe('Function: renewalThresholdMs', () => {
  it('lies between a quarter and a half of the TTL and spreads evenly over ids', () => {
    const thresholds = Array.from(
      { length: 1000 },
      (_, i) => renewalThresholdMs(`skill-${i}`, lifetime) / HOUR,
    );
    expect(Math.min(...thresholds)).toBeGreaterThanOrEqual(6);
    expect(Math.max(...thresholds)).toBeLessThanOrEqual(12);
    const perHour = [6, 7, 8, 9, 10, 11].map(
      (from) => thresholds.filter((t) => t >= from && t < from + 1).length,
    );
    for (const count of perHour) expect(count).toBeGreaterThan(100);
  });

  it('renews earlier where the next sync but one would come too late', () => {
    const shortLived = { ttlMs: HOUR, intervalMs: HOUR };
    expect(renewalThresholdMs('s', shortLived)).toBe(HOUR);
  });
});

describe('Function: scheduledRunId', () => {
  it('gives the same event the same id, and another event another one', () => {
    const id = scheduledRunId('skill-sync-atom-saas', NOW);
    expect(isRunId(id)).toBe(true);
    expect(scheduledRunId('skill-sync-atom-saas', NOW)).toBe(id);
    expect(scheduledRunId('skill-sync-atom-saas', NOW + 1)).not.toBe(id);
    expect(scheduledRunId('cache-cleanup', NOW)).not.toBe(id);
  });

  it('sorts by time together with ids of other runs', () => {
    const early = newRunId(NOW - 1, () => 0.99);
    expect([scheduledRunId('cache-cleanup', NOW), early].sort()[0]).toBe(early);
  });
});
